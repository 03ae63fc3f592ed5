use std::fmt::Write as _;

/// How many pages it has.
pub(super) const N_PAGES: u64 = 40;

/// A small PDF whose pages must each be drawn at A4's full size, which takes some seconds for all of them.
pub(super) fn pdf() -> Vec<u8> {
    let mut kids = String::new();
    for page in 0..N_PAGES {
        write!(kids, "{} 0 R ", 4 + page).unwrap();
    }
    let mut bodies = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {N_PAGES} >>"),
        "<< /Length 13 >>\nstream\n0 0 9 9 re f \nendstream".to_owned(),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R >>";
    bodies.extend((0..N_PAGES).map(|_| page.to_owned()));
    of_objects(&bodies).into_bytes()
}

fn of_objects(bodies: &[String]) -> String {
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", bodies.len() + 1);
    for (body, number) in bodies.iter().zip(1..) {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        write!(file, "{number} 0 obj\n{body}\nendobj\n").unwrap();
    }
    let table_at = file.len();
    let size = bodies.len() + 1;
    write!(
        file,
        "{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table_at}\n%%EOF\n"
    )
    .unwrap();
    file
}
