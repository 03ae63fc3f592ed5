use std::fs::File;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use super::{free_port, fresh_name, kill_hard};

/// Where Debian puts the server itself; the one on the path is a wrapper that changes the user.
const SERVER: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// A RabbitMQ node of its own, so that it can be killed without disturbing others.
pub(crate) struct Broker {
    folder: tempfile::TempDir,
    name: String,
    port: u16,
    distribution_port: u16,
    child: Child,
}

impl Broker {
    /// Starts one and waits until it answers.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("plugins"), "[].\n").unwrap();
        let (name, port, distribution_port) = (
            format!("{}@localhost", fresh_name("rabbit")),
            free_port(),
            free_port(),
        );
        let child = spawn(&folder, &name, port, distribution_port);
        let mut broker = Self {
            folder,
            name,
            port,
            distribution_port,
            child,
        };
        broker.wait();
        broker
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("amqp://guest:guest@127.0.0.1:{}/%2f", self.port)
    }

    /// Pulls the plug.
    pub(crate) fn kill(&mut self) {
        kill_hard(self.pid());
        self.child.wait().unwrap();
        std::fs::remove_file(self.pid_file()).unwrap();
    }

    /// Starts it again on what is left on the disk.
    pub(crate) fn start_again(&mut self) {
        self.child = spawn(&self.folder, &self.name, self.port, self.distribution_port);
        self.wait();
    }

    fn pid(&self) -> u32 {
        std::fs::read_to_string(self.pid_file())
            .unwrap()
            .trim()
            .parse()
            .unwrap()
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.path().join("pid")
    }

    fn wait(&mut self) {
        const LONGEST_START: Duration = Duration::from_secs(90);
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.try_wait().unwrap().is_some();
            if ended || started.elapsed() > LONGEST_START {
                let log =
                    std::fs::read_to_string(self.folder.path().join("output")).unwrap_or_default();
                panic!("no RabbitMQ node could be started ({SERVER}):\n{log}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Ok(pid) = std::fs::read_to_string(self.pid_file()) {
            kill_hard(pid.trim().parse().unwrap());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &tempfile::TempDir, name: &str, port: u16, distribution_port: u16) -> Child {
    let at = |file: &str| folder.path().join(file);
    let output = File::options()
        .append(true)
        .create(true)
        .open(at("output"))
        .unwrap();
    Command::new(SERVER)
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("RABBITMQ_NODENAME", name)
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", port.to_string())
        .env("RABBITMQ_DIST_PORT", distribution_port.to_string())
        .env("RABBITMQ_MNESIA_BASE", at("mnesia"))
        .env("RABBITMQ_LOG_BASE", at("log"))
        .env("RABBITMQ_LOGS", at("log").join("node.log"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", at("plugins"))
        .env("RABBITMQ_CONFIG_FILE", at("no-config"))
        .env("RABBITMQ_CONF_ENV_FILE", at("no-environment"))
        .env("RABBITMQ_PID_FILE", at("pid"))
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{SERVER} cannot be started: {error}; install rabbitmq-server")
        })
}
