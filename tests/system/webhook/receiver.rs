use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the other side does with a request, once it has read it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act {
    /// Answers with this status.
    Answer(u16),
    /// Answers too late.
    Sleep,
    /// Has it, but the connection breaks off before the answer is out.
    BreakOff,
    /// Answers with a status and goes on for ever.
    TalkForEver,
}

/// A request that came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) head: String,
    pub(super) body: String,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.find(|(header, _)| header.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The other side: does what is in its list, and answers 200 when nothing is.
pub(super) struct Receiver {
    acts: Arc<Mutex<VecDeque<Act>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    pub(super) async fn listen(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let (acts, requests) = (Arc::default(), Arc::default());
        let serving = serve(listener, Arc::clone(&acts), Arc::clone(&requests));
        #[expect(
            clippy::disallowed_methods,
            reason = "a test tracks its only task itself"
        )]
        let serving = tokio::spawn(serving);
        Self {
            acts,
            requests,
            serving,
        }
    }

    pub(super) fn will(&self, acts: &[Act]) {
        self.acts.lock().unwrap().extend(acts);
    }

    /// How many of the acts are still to come.
    pub(super) fn n_acts(&self) -> usize {
        self.acts.lock().unwrap().len()
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    listener: TcpListener,
    acts: Arc<Mutex<VecDeque<Act>>>,
    requests: Arc<Mutex<Vec<Request>>>,
) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        let Some(request) = read(&mut stream).await else {
            continue;
        };
        requests.lock().unwrap().push(request);
        let act = acts.lock().unwrap().pop_front();
        act_on(&mut stream, act.unwrap_or(Act::Answer(200))).await;
    }
}

async fn act_on(stream: &mut TcpStream, act: Act) {
    let answer = |status: u16| {
        format!(
            "HTTP/1.1 {status} Whatever\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 3\r\n\r\nall"
        )
    };
    // Who hung up in between has had enough.
    let _ = match act {
        Act::Answer(status) => stream.write_all(answer(status).as_bytes()).await,
        Act::Sleep => {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            stream.write_all(answer(200).as_bytes()).await
        }
        Act::BreakOff => Ok(()),
        Act::TalkForEver => talk(stream).await,
    };
}

async fn talk(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    loop {
        stream.write_all(&[b'x'; 1_024]).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let request = Request {
                head: head.to_owned(),
                body: body.to_owned(),
            };
            if body.len() >= request.header("content-length").parse().unwrap() {
                return Some(request);
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
