//! What people see is written down before it is shown: what cannot be written down is not shown.

use schemas::record::AuditKind;
use store::NewAudit;

use crate::app::Shared;
use crate::error::WebError;
use crate::session::SignedIn;

impl SignedIn {
    /// Writes down that this person sees something. It is one insert.
    ///
    /// # Errors
    /// When it cannot be written down.
    pub(crate) async fn sees(
        &self,
        bench: &Shared,
        kind: AuditKind,
        subject: &str,
    ) -> Result<(), WebError> {
        let seen = NewAudit {
            by: Some(&self.user.id),
            kind,
            subject,
            detail: "",
        };
        Ok(bench.store().note_audit(&bench.moment(), seen).await?)
    }
}
