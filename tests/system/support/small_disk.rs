use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of a fixed size in memory, mounted in a folder of its own.
pub(crate) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// Nothing, and a word about the test that is skipped, where nobody may mount a disk, as in some containers.
    pub(crate) fn mount(size_mb: u32, test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size_mb}m"), "tmpfs"]);
        let mounted = mount.arg(folder.path()).output().unwrap();
        if mounted.status.success() {
            return Some(Self { folder });
        }
        let why = String::from_utf8_lossy(&mounted.stderr).into_owned();
        println!("SKIPPED {test}: no small disk can be mounted here: {why}");
        None
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it but for so many bytes.
    pub(crate) fn fill_up_to(&self, n_free_bytes: u64) {
        let filler = File::create(self.filler()).unwrap();
        let block = vec![0x5A; 1 << 16];
        while (&filler).write_all(&block).is_ok() {}
        // The last block may have been written in part; a page of the file system more is taken for certain.
        let size = filler.metadata().unwrap().len();
        filler.set_len(size.saturating_sub(n_free_bytes)).unwrap();
    }

    /// Makes room again.
    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.folder.path().join("other-things")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Also while a process that is being killed still has files open.
        let unmounted = Command::new("umount")
            .arg("--lazy")
            .arg(self.folder.path())
            .status();
        if !unmounted.is_ok_and(|status| status.success()) {
            eprintln!("{} is left mounted", self.folder.path().display());
        }
    }
}
