use ingest::intake::Intake;
use ingest::mailbox::{Mailbox, MailboxSettings, run};
use tokio_util::sync::CancellationToken;

/// Reads the mailbox until the process is stopping.
pub(super) async fn read(
    intake: Intake,
    settings: MailboxSettings,
    stopping: CancellationToken,
) -> anyhow::Result<()> {
    tracing::info!(
        mailbox.server = settings.server,
        mailbox.folder = settings.folder,
        "reading the mailbox"
    );
    run(Mailbox::new(intake, settings), stopping).await;
    Ok(())
}
