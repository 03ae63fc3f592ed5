use std::fmt::Debug;
use std::io;
use std::time::Duration;

use async_imap::{Client, Session};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::error::MailboxError;
use super::settings::{MailboxSettings, Tls};
use super::tls;

/// How long the server may take for anything but sending a mail: busy servers take seconds.
pub(super) const LONGEST_ANSWER: Duration = Duration::from_mins(1);

/// A connection, private or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Debug + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Debug + Unpin + Send> Wire for T {}

/// A mailbox that somebody has signed in to.
pub(super) type SignedIn = Session<Box<dyn Wire>>;

/// Connects and signs in.
pub(super) async fn sign_in(settings: &MailboxSettings) -> Result<SignedIn, MailboxError> {
    let password = password(settings).await?;
    let mut client = in_time(connect(settings)).await?;
    if settings.tls == Tls::AfterGreeting {
        client = in_time(start_tls(client, settings)).await?;
    }
    in_time(async {
        let signed_in = client.login(&settings.user, &password).await;
        signed_in.map_err(|(error, _)| match MailboxError::of("sign in", error) {
            MailboxError::Refused { .. } => MailboxError::SignIn,
            other => other,
        })
    })
    .await
}

/// Ends the connection properly; what is to be done is done by now, so that nothing depends on it.
pub(super) async fn sign_out(mut session: SignedIn) {
    const LONGEST_FAREWELL: Duration = Duration::from_secs(3);
    drop(tokio::time::timeout(LONGEST_FAREWELL, session.logout()).await);
}

/// Gives up what takes too long.
pub(super) async fn in_time<T>(
    asked: impl Future<Output = Result<T, MailboxError>>,
) -> Result<T, MailboxError> {
    let answered = tokio::time::timeout(LONGEST_ANSWER, asked).await;
    answered.unwrap_or(Err(MailboxError::Silent))
}

async fn password(settings: &MailboxSettings) -> Result<String, MailboxError> {
    let path = &settings.password_file;
    let text = tokio::fs::read_to_string(path).await;
    let text = text.map_err(|source| MailboxError::Password {
        path: path.clone(),
        source,
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

async fn connect(settings: &MailboxSettings) -> Result<Client<Box<dyn Wire>>, MailboxError> {
    let address = (settings.server.as_str(), settings.port);
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(MailboxError::Connect)?;
    let wire: Box<dyn Wire> = match settings.tls {
        Tls::FromTheStart => Box::new(tls::over(stream, settings).await?),
        Tls::AfterGreeting | Tls::None => Box::new(stream),
    };
    let mut client = Client::new(wire);
    match client.read_response().await {
        Ok(Some(_)) => Ok(client),
        Ok(None) => Err(MailboxError::Lost(io::ErrorKind::ConnectionAborted.into())),
        Err(error) => Err(MailboxError::of("greet", error.into())),
    }
}

/// Nothing that came in the clear counts afterwards: the client begins anew on the private connection.
async fn start_tls(
    mut client: Client<Box<dyn Wire>>,
    settings: &MailboxSettings,
) -> Result<Client<Box<dyn Wire>>, MailboxError> {
    let started = client.run_command_and_check_ok("STARTTLS", None).await;
    started.map_err(|error| match MailboxError::of("start TLS", error) {
        MailboxError::Refused { .. } => MailboxError::NoStartTls,
        other => other,
    })?;
    let wire: Box<dyn Wire> = Box::new(tls::over(client.into_inner(), settings).await?);
    Ok(Client::new(wire))
}
