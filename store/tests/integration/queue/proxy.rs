use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A broker that can be cut off: passes connections on to the real one until told to drop them all.
pub(super) struct Proxy {
    pub(super) url: String,
    up: Arc<watch::Sender<bool>>,
    _accepting: JoinSet<()>,
}

impl Proxy {
    /// Listens on a free port, before the broker at `url`.
    pub(super) async fn before(url: &str) -> Self {
        let at = url.rfind('@').unwrap() + 1;
        let end = at + url[at..].find('/').unwrap();
        let broker = url[at..end].to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let up = Arc::new(watch::Sender::new(true));
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, broker, Arc::clone(&up)));
        Self {
            url: format!("{}127.0.0.1:{port}{}", &url[..at], &url[end..]),
            up,
            _accepting: accepting,
        }
    }

    /// Drops every connection and refuses new ones.
    pub(super) fn cut(&self) {
        self.up.send_replace(false);
    }

    /// Lets connections through again.
    pub(super) fn mend(&self) {
        self.up.send_replace(true);
    }
}

async fn accept(listener: TcpListener, broker: String, up: Arc<watch::Sender<bool>>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        if *up.borrow() {
            connections.spawn(pass(client, broker.clone(), up.subscribe()));
        }
    }
}

async fn pass(mut client: TcpStream, broker: String, mut up: watch::Receiver<bool>) {
    let Ok(mut broker) = TcpStream::connect(broker).await else {
        return;
    };
    tokio::select! {
        _ = copy_bidirectional(&mut client, &mut broker) => {}
        _ = up.wait_for(|up| !up) => {}
    }
}
