use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connection::Wire;
use super::error::MailboxError;
use super::settings::MailboxSettings;

/// A private connection over `wire`, to the server of the settings and no other.
pub(super) async fn over<W: Wire>(
    wire: W,
    settings: &MailboxSettings,
) -> Result<TlsStream<W>, MailboxError> {
    let roots = roots(settings)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| MailboxError::Tls(io::Error::other(error)))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(settings.server.clone());
    let name = name.map_err(|error| MailboxError::Tls(io::Error::other(error)))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, wire);
    connecting.await.map_err(MailboxError::Tls)
}

/// Whom to trust: the authority of one's own, or those of the system.
fn roots(settings: &MailboxSettings) -> Result<RootCertStore, MailboxError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &settings.ca_file {
        let certificates = certificates(path).map_err(|source| MailboxError::Certificate {
            path: path.clone(),
            source,
        })?;
        roots.add_parsable_certificates(certificates);
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    Ok(roots)
}

fn certificates(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let text = std::fs::read(path)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let certificates = certificates.map_err(io::Error::other)?;
    if certificates.is_empty() {
        let words = "there is no certificate in it";
        return Err(io::Error::new(io::ErrorKind::InvalidData, words));
    }
    Ok(certificates)
}
