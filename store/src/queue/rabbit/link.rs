//! The connection to the broker.

use std::time::Duration;

use lapin::options::{BasicConsumeOptions, BasicQosOptions, ConfirmSelectOptions};
use lapin::types::FieldTable;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, Consumer};
use tokio::time::timeout;

use super::answered;
use super::topology::Topology;
use crate::queue::QueueError;

/// How long the broker may take to answer before it counts as away. It answers within milliseconds; ten seconds are
/// a machine that is swapping.
pub(super) const ANSWER: Duration = Duration::from_secs(10);

/// Where the broker is.
#[derive(Clone)]
pub(super) struct Address(AMQPUri);

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, QueueError> {
        let uri = url.parse().map_err(|_| QueueError::unknown_url(url))?;
        Ok(Self(uri))
    }
}

/// One connection with a channel to publish on.
pub(super) struct Link {
    connection: Connection,
    publisher: Channel,
}

impl Link {
    /// Connects, declares the queues and asks for publisher confirms.
    pub(super) async fn open(address: &Address, topology: &Topology) -> Result<Self, QueueError> {
        let properties = ConnectionProperties::default().with_connection_name("postbag".into());
        let connecting = Connection::connect_uri(address.0.clone(), properties);
        let connection = answered(timeout(ANSWER, connecting).await)?;
        let publisher = answered(timeout(ANSWER, connection.create_channel()).await)?;
        topology.declare(&publisher).await?;
        let confirms = publisher.confirm_select(ConfirmSelectOptions::default());
        answered(timeout(ANSWER, confirms).await)?;
        Ok(Self {
            connection,
            publisher,
        })
    }

    pub(super) fn is_up(&self) -> bool {
        self.connection.status().connected() && self.publisher.status().connected()
    }

    pub(super) fn publisher(&self) -> &Channel {
        &self.publisher
    }

    /// A fresh channel.
    pub(super) async fn channel(&self) -> Result<Channel, QueueError> {
        answered(timeout(ANSWER, self.connection.create_channel()).await)
    }

    /// Starts to consume a queue, on a channel of its own.
    pub(super) async fn consume(
        &self,
        queue: &str,
        prefetch: u16,
    ) -> Result<(Channel, Consumer), QueueError> {
        let channel = self.channel().await?;
        let qos = channel.basic_qos(prefetch, BasicQosOptions::default());
        answered(timeout(ANSWER, qos).await)?;
        let consumer = channel.basic_consume(
            queue.into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let consumer = answered(timeout(ANSWER, consumer).await)?;
        Ok((channel, consumer))
    }
}
