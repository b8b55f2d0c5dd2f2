//! A disk that cannot be written.

use zhiyin_bench::durability::damage;

use crate::disk::{Customer, Disk, refuses_writes_only, takes_writes};

#[test]
fn a_disk_that_turns_read_only_is_told_survived_and_forgotten() {
    let mut disk = Disk::new();
    let mut program = disk.launch().start().expect("the program starts");
    let mut customer = Customer::of(&program);
    takes_writes(&program, &mut customer, "at first");
    for round in 1..=3 {
        disk.protect();
        refuses_writes_only(&mut program, &mut customer, &format!("round {round}"));
        disk.mend();
        takes_writes(&program, &mut customer, &format!("after round {round}"));
    }
    assert!(program.stop().expect("it stops").success());
    assert_eq!(
        damage(&disk.file("zhiyin.db")).expect("a database"),
        [] as [&str; 0]
    );
}

#[test]
fn a_program_started_on_a_read_only_disk_shows_what_is_there() {
    let mut disk = Disk::new();
    let program = disk.launch().start().expect("the program starts");
    let mut customer = Customer::of(&program);
    takes_writes(&program, &mut customer, "at first");
    // Its log stays beside the database; without one SQLite cannot read on such a disk.
    program.kill().expect("it is killed");

    disk.protect();
    let mut program = disk.launch().start().expect("the program starts again");
    refuses_writes_only(&mut program, &mut customer, "started on a read-only disk");
    disk.mend();
    assert!(program.stop().expect("it stops").success());
    let program = disk.launch().start().expect("the program starts again");
    takes_writes(&program, &mut customer, "after the disk was mended");
    assert!(program.stop().expect("it stops").success());
    assert_eq!(
        damage(&disk.file("zhiyin.db")).expect("a database"),
        [] as [&str; 0]
    );
}
