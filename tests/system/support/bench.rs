use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Longer than any answer may take, also one that says that the database is away.
const LONGEST: Duration = Duration::from_secs(20);

/// A person at the bench: asks for pages over HTTP and keeps cookies.
pub(crate) struct Bench {
    port: u16,
    cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Bench {
    pub(crate) fn new(port: u16) -> Self {
        Self {
            port,
            cookies: BTreeMap::new(),
        }
    }

    /// Nothing while nobody listens.
    pub(crate) async fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "").await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) {
        let page = self.get("/sign-in").await.unwrap();
        let password = password.replace(' ', "+");
        let form = format!("name={name}&password={password}&next=");
        let answer = self.post("/sign-in", &page, &form).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }

    /// Sends a form of this page.
    pub(crate) async fn post(&mut self, path: &str, page: &Answer, form: &str) -> Answer {
        let (_, token) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
        let (token, _) = token.split_once('"').unwrap();
        let form = format!("csrf={token}&{form}");
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n",
            form.len()
        );
        self.ask(&head, &form).await.unwrap()
    }

    async fn ask(&mut self, head: &str, body: &str) -> std::io::Result<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{head}Host: localhost\r\nCookie: {}\r\nConnection: close\r\n\r\n{body}",
            cookies.join("; ")
        );
        let answered = tokio::time::timeout(LONGEST, self.exchange(&request)).await;
        let answer = answered.expect("the bench answers in time")?;
        self.keep_cookies(&answer.head);
        Ok(answer)
    }

    async fn exchange(&self, request: &str) -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok(Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    fn keep_cookies(&mut self, head: &str) {
        let set = head.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie").then_some(value)
        });
        for cookie in set {
            let (pair, _) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
