use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use review_web::webhook::receiver::{Received, receive};
use schemas::SystemClock;
use tokio::net::TcpListener;

use crate::cli::WebhookReceiver;
use crate::config::read_secret;
use crate::output;

/// `postbag webhook-receiver`: the other side of the webhook, for whoever sets one up.
pub(crate) async fn webhook_receiver(args: WebhookReceiver) -> anyhow::Result<()> {
    let secret = read_secret(&args.secret_file)?;
    let listener = TcpListener::bind(args.listen)
        .await
        .with_context(|| format!("cannot listen on {}", args.listen))?;
    let address = listener.local_addr()?;
    output::line(&format!("listening on http://{address}/; stop with Ctrl-C"))?;
    let known = Mutex::new(BTreeSet::new());
    let told = move |received: &Received| {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = received.is_signed && known.insert(received.key.clone());
        // A terminal that is gone is no reason to refuse what comes.
        let _ = output::line(&words(received, is_new));
    };
    receive(listener, secret, Arc::new(SystemClock), Arc::new(told))
        .await
        .context("the receiver failed")
}

fn words(received: &Received, is_new: bool) -> String {
    let how = match (received.is_signed, is_new) {
        (true, true) => "signed",
        (true, false) => "signed, and came before",
        (false, _) => "REFUSED: the signature is missing, old or of another secret",
    };
    let (event, key) = (&received.event, &received.key);
    format!("{event} {key} {} bytes: {how}", received.n_bytes)
}
