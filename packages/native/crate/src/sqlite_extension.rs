//! The addon is a loadable extension of SQLite too. Loaded into a connection it sets SQLITE_FCNTL_PERSIST_WAL there, which no
//! statement can: when the connection is the last to close, the `-wal` stays.

use std::ffi::{c_char, c_int, c_void};

/// Place of `file_control` in `sqlite3_api_routines`, to which SQLite only ever appends.
const FILE_CONTROL_SLOT: usize = 127;
const FCNTL_PERSIST_WAL: c_int = 10;
const SQLITE_ERROR: c_int = 1;

type FileControl = unsafe extern "C" fn(*mut c_void, *const c_char, c_int, *mut c_void) -> c_int;

/// Returns what SQLite says of the setting: not OK makes the loading fail.
///
/// # Safety
/// SQLite calls it, with a connection and its table of routines.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sqlite3_ltxpersistwal_init(
    connection: *mut c_void,
    _message: *mut *mut c_char,
    routines: *const Option<FileControl>,
) -> c_int {
    if routines.is_null() {
        return SQLITE_ERROR;
    }
    // SAFETY: the table has had this slot since SQLite 3.6, and a routine of this type in it
    let Some(file_control) = (unsafe { *routines.add(FILE_CONTROL_SLOT) }) else { return SQLITE_ERROR };
    let mut on: c_int = 1;
    // SAFETY: the arguments are those that the routine documents for this code; `on` outlives the call
    unsafe { file_control(connection, c"main".as_ptr(), FCNTL_PERSIST_WAL, (&raw mut on).cast()) }
}
