//! A disk that fills up.

use zhiyin_bench::durability::damage;

use crate::disk::{Customer, Disk, refuses_writes_only, takes_writes};

/// Room that is left: none, and so much that the disk is full in the middle of a page, of
/// a commit, of a checkpoint.
const ROOM: [usize; 5] = [0, 1_000, 30_000, 100_001, 1_000_000];
/// Messages after which a full disk must have been noticed.
const PATIENCE: usize = 10_000;

#[test]
fn a_full_disk_is_told_survived_and_forgotten() {
    let mut disk = Disk::new();
    let mut program = disk.launch().start().expect("the program starts");
    let mut customer = Customer::of(&program);
    takes_writes(&program, &mut customer, "at first");
    for room in ROOM {
        let when = format!("with {room} bytes left");
        disk.leave(room);
        let mut written = 0;
        while customer.write(&program).status == 201 {
            written += 1;
            assert!(written < PATIENCE, "{when}: the disk never became full");
        }
        refuses_writes_only(&mut program, &mut customer, &when);
        disk.mend();
        takes_writes(&program, &mut customer, &format!("after {when}"));
    }
    assert!(program.stop().expect("it stops").success());
    assert_eq!(
        damage(&disk.file("zhiyin.db")).expect("a database"),
        [] as [&str; 0]
    );
    let program = disk.launch().start().expect("the program starts again");
    takes_writes(&program, &mut customer, "after a new start");
}

#[test]
fn a_program_killed_on_a_full_disk_comes_back() {
    let mut disk = Disk::new();
    let program = disk.launch().start().expect("the program starts");
    let mut customer = Customer::of(&program);
    takes_writes(&program, &mut customer, "at first");
    disk.leave(20_000);
    while customer.write(&program).status == 201 {}
    program.kill().expect("it is killed");
    disk.mend();
    let program = disk.launch().start().expect("the program starts again");
    assert_eq!(customer.read(&program), customer.acknowledged);
    takes_writes(&program, &mut customer, "after a new start");
    assert!(program.stop().expect("it stops").success());
    assert_eq!(
        damage(&disk.file("zhiyin.db")).expect("a database"),
        [] as [&str; 0]
    );
}
