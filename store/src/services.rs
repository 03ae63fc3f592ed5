//! The directory: services by the code that their directory gave them, the names that moderators confirmed, and the
//! districts of postcodes.

mod aliases;
mod cache;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use directory::postcodes::Districts;
use directory::{Kind, Service};

use crate::database::{Fields, Tx, Value, statements, values};
use crate::{Moment, Store, StoreError, to_json};

pub(crate) use aliases::STATEMENTS as ALIAS_STATEMENTS;
pub use aliases::{CONFIRMATIONS, ConfirmAlias};
pub use cache::ServiceDirectory;

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportedServices {
    /// Services that were not known before.
    pub n_added: usize,
    /// Known ones of which something else is said now.
    pub n_changed: usize,
    /// Known ones that were open and have closed.
    pub n_closed: usize,
    /// Known ones of which nothing new is said.
    pub n_unchanged: usize,
}

/// So many rows are written by one statement: 60,000 services take a fifth of the time that one row each takes.
const ROWS_AT_ONCE: usize = 100;
const N_COLUMNS: usize = 10;

macro_rules! insert_service {
    () => {
        "INSERT INTO services (code, name, kind, parent, address, town, postcode, aliases, closed, imported_at) VALUES "
    };
}

statements! {
    ALL = "SELECT code, name, kind, parent, address, town, postcode, aliases, closed FROM services ORDER BY code";
    /// Locks the directory, so that two imports come one after the other; and tells whoever uses it.
    COUNT_UP = "UPDATE counters SET value = value + 1 WHERE name = 'services'";
    GENERATION = "SELECT name, value FROM counters WHERE name = 'services'";
    INSERT = concat!(insert_service!(), "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
    UPDATE = "UPDATE services SET name = $2, kind = $3, parent = $4, address = $5, town = $6, postcode = $7,
            aliases = $8, closed = $9, imported_at = $10
        WHERE code = $1";
    DISTRICTS = "SELECT outward FROM postcodes ORDER BY outward";
    PUT_DISTRICT = "INSERT INTO postcodes (outward, n_in_use) VALUES ($1, $2)
        ON CONFLICT (outward) DO UPDATE SET n_in_use = excluded.n_in_use";
}

/// [`INSERT`] with more rows.
static INSERT_MANY: LazyLock<String> = LazyLock::new(|| {
    let row = |row: usize| {
        let places: Vec<String> = (1..=N_COLUMNS)
            .map(|column| format!("${}", row * N_COLUMNS + column))
            .collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..ROWS_AT_ONCE).map(row).collect();
    format!("{}{}", insert_service!(), rows.join(", "))
});

impl Store {
    /// Takes services in: new ones are added, known ones say what is said of them now, and those that have closed are
    /// marked. None is deleted. All or nothing; doing it again changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.service.import", fields(services.n = services.len()))]
    pub async fn import_services(
        &self,
        ctx: &Moment<'_>,
        services: Vec<Service>,
    ) -> Result<ImportedServices, StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(COUNT_UP, values![]).await?;
        let known = known(&mut tx).await?;
        let mut imported = ImportedServices::default();
        let mut fresh: BTreeMap<String, Service> = BTreeMap::new();
        for service in services {
            match known.get(&service.code) {
                None => {
                    fresh.insert(service.code.clone(), service);
                }
                Some(before) if *before == service => imported.n_unchanged += 1,
                Some(before) => {
                    let has_closed = service.closed && !before.closed;
                    imported.n_closed += usize::from(has_closed);
                    imported.n_changed += usize::from(!has_closed);
                    tx.execute(UPDATE, row(ctx, &service)?).await?;
                }
            }
        }
        imported.n_added = fresh.len();
        insert(&mut tx, ctx, &fresh.into_values().collect::<Vec<_>>()).await?;
        tx.commit().await?;
        Ok(imported)
    }

    /// Takes districts of postcodes in; how many there are.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.postcode.import")]
    pub async fn import_postcodes(&self, districts: &Districts) -> Result<usize, StoreError> {
        let mut tx = self.begin().await?;
        tx.execute(COUNT_UP, values![]).await?;
        for (outward, n_in_use) in districts {
            tx.execute(PUT_DISTRICT, values![outward, *n_in_use])
                .await?;
        }
        tx.commit().await?;
        Ok(districts.len())
    }

    /// Lists every service, closed ones too, in the order of the codes, each with the names that its files give it and
    /// those that moderators confirmed often enough.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.service.list")]
    pub async fn services(&self) -> Result<Vec<Service>, StoreError> {
        let rows = self.fetch_all(ALL, values![]).await?;
        let mut services = BTreeMap::new();
        for row in &rows {
            let service = service(row.of("services"))?;
            services.insert(service.code.clone(), service);
        }
        for (code, alias) in self.learned_aliases().await? {
            if let Some(service) = services.get_mut(&code) {
                service.aliases.push(alias);
            }
        }
        Ok(services.into_values().collect())
    }

    /// Lists the districts of postcodes.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.postcode.districts")]
    pub async fn postcode_districts(&self) -> Result<Vec<String>, StoreError> {
        let rows = self.fetch_all(DISTRICTS, values![]).await?;
        rows.iter()
            .map(|row| row.of("postcodes").text("outward"))
            .collect()
    }

    /// How often the directory has changed: when it is another number, there is something to learn.
    ///
    /// # Errors
    /// When the database fails.
    #[tracing::instrument(skip_all, name = "db.service.generation")]
    pub async fn services_generation(&self) -> Result<i64, StoreError> {
        let row = self.fetch_first(GENERATION, values![]).await?;
        row.map_or(Ok(0), |row| row.of("counters").int("value"))
    }
}

async fn known(tx: &mut Tx) -> Result<BTreeMap<String, Service>, StoreError> {
    let rows = tx.fetch_all(ALL, values![]).await?;
    let services = rows.iter().map(|row| service(row.of("services")));
    services
        .map(|service| service.map(|service| (service.code.clone(), service)))
        .collect()
}

async fn insert(tx: &mut Tx, ctx: &Moment<'_>, services: &[Service]) -> Result<(), StoreError> {
    let packs = services.chunks_exact(ROWS_AT_ONCE);
    for service in packs.remainder() {
        tx.execute(INSERT, row(ctx, service)?).await?;
    }
    for pack in packs {
        let mut rows = Vec::with_capacity(ROWS_AT_ONCE * N_COLUMNS);
        for service in pack {
            rows.extend(row(ctx, service)?);
        }
        tx.execute(INSERT_MANY.as_str(), rows).await?;
    }
    Ok(())
}

fn row(ctx: &Moment<'_>, service: &Service) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        &service.code,
        &service.name,
        service.kind.as_str(),
        &service.parent,
        &service.address,
        &service.town,
        &service.postcode,
        &to_json(&service.aliases)?,
        service.closed,
        ctx.now,
    ])
}

fn service(row: Fields<'_>) -> Result<Service, StoreError> {
    Ok(Service {
        code: row.text("code")?,
        name: row.text("name")?,
        kind: row.one_of("kind", Kind::parse)?,
        parent: row.text("parent")?,
        address: row.text("address")?,
        town: row.text("town")?,
        postcode: row.text("postcode")?,
        aliases: row.json("aliases")?,
        closed: row.flag("closed")?,
    })
}
