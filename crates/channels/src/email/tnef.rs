//! Files inside `winmail.dat` (TNEF, MS-OXTNEF), which Outlook sends to the world by mistake.
//!
//! Only attachments are read: name, bytes. Every length is checked against what is there; a
//! damaged file gives what comes before the damage.

use super::charset;
use super::parse::Attachment;

const SIGNATURE: u32 = 0x223e_9f78;
/// A new attachment begins.
const ATTACH_REND_DATA: u32 = 0x0006_9002;
/// Its short name.
const ATTACH_TITLE: u32 = 0x0001_8010;
/// Its bytes.
const ATTACH_DATA: u32 = 0x0006_800f;
/// Its properties, among them the long name.
const ATTACHMENT: u32 = 0x0006_9005;
/// MAPI property PR_ATTACH_LONG_FILENAME, as 8-bit and as Unicode text.
const LONG_NAME: [u32; 2] = [0x3707_001e, 0x3707_001f];
/// Attachments beyond this number are not read.
const FILES_MAX: usize = 100;

/// The files of a TNEF stream; `None` if it is none.
pub(crate) fn attachments(bytes: &[u8]) -> Option<Vec<Attachment>> {
    let mut reader = Reader { bytes, at: 0 };
    if reader.u32()? != SIGNATURE {
        return None;
    }
    reader.skip(2)?;
    let mut files: Vec<Attachment> = Vec::new();
    while let Some((name, data)) = attribute(&mut reader) {
        if name == ATTACH_REND_DATA {
            if files.len() == FILES_MAX {
                break;
            }
            files.push(Attachment {
                name: String::new(),
                media_type: "application/octet-stream".to_owned(),
                content_id: None,
                bytes: Vec::new(),
            });
        }
        let Some(file) = files.last_mut() else {
            continue;
        };
        match name {
            ATTACH_TITLE if file.name.is_empty() => file.name = text(data),
            ATTACH_DATA => file.bytes = data.to_vec(),
            ATTACHMENT => {
                if let Some(long) = long_name(data) {
                    file.name = long;
                }
            }
            _ => {}
        }
    }
    files.retain(|file| !file.bytes.is_empty());
    Some(files)
}

/// One attribute: level, name, length, data, checksum.
fn attribute<'a>(reader: &mut Reader<'a>) -> Option<(u32, &'a [u8])> {
    reader.skip(1)?;
    let name = reader.u32()?;
    let length = reader.u32()? as usize;
    let data = reader.take(length)?;
    reader.skip(2)?;
    Some((name, data))
}

fn long_name(data: &[u8]) -> Option<String> {
    let mut reader = Reader { bytes: data, at: 0 };
    let count = reader.u32()?;
    for _ in 0..count.min(1000) {
        let (tag, value) = property(&mut reader)?;
        if LONG_NAME.contains(&tag) {
            return Some(match tag & 0xffff {
                0x1f => utf16(value?),
                _ => text(value?),
            });
        }
    }
    None
}

/// One MAPI property: its tag, and its bytes if it is of one variable length.
fn property<'a>(reader: &mut Reader<'a>) -> Option<(u32, Option<&'a [u8]>)> {
    let tag = reader.u32()?;
    if tag >> 16 >= 0x8000 {
        skip_name(reader)?;
    }
    let is_multiple = tag & 0x1000 != 0;
    let kind = tag & 0xefff;
    let fixed = match kind {
        0x02 | 0x03 | 0x04 | 0x0a | 0x0b => Some(4),
        0x05 | 0x06 | 0x07 | 0x14 | 0x40 => Some(8),
        0x48 => Some(16),
        0x0d | 0x1e | 0x1f | 0x102 => None,
        _ => return None,
    };
    let values = if is_multiple || fixed.is_none() {
        reader.u32()?
    } else {
        1
    };
    let mut first = None;
    for _ in 0..values.min(1000) {
        let length = match fixed {
            Some(length) => length,
            None => reader.u32()? as usize,
        };
        let data = reader.take(length)?;
        if fixed.is_none() {
            reader.skip(length.next_multiple_of(4) - length)?;
        }
        first = first.or(Some(data));
    }
    Some((tag, first))
}

/// Named properties carry a GUID and a number or a name.
fn skip_name(reader: &mut Reader<'_>) -> Option<()> {
    reader.skip(16)?;
    if reader.u32()? == 0 {
        return reader.skip(4);
    }
    let length = reader.u32()? as usize;
    reader.skip(length.next_multiple_of(4))
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    charset::decode(&bytes[..end], None)
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0)
        .collect();
    String::from_utf16_lossy(&units)
}

/// Reads little-endian numbers and slices, never past the end.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn u32(&mut self) -> Option<u32> {
        let bytes = self.take(4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(attributes: &[(u32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = SIGNATURE.to_le_bytes().to_vec();
        bytes.extend([1, 0]);
        for (name, data) in attributes {
            bytes.push(2);
            bytes.extend(name.to_le_bytes());
            bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
            bytes.extend(data);
            let sum: u16 = data.iter().fold(0, |sum, b| sum.wrapping_add((*b).into()));
            bytes.extend(sum.to_le_bytes());
        }
        bytes
    }

    fn unicode_name(name: &str) -> Vec<u8> {
        let units: Vec<u8> = name
            .encode_utf16()
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        let mut data = 1_u32.to_le_bytes().to_vec();
        data.extend(LONG_NAME[1].to_le_bytes());
        data.extend(1_u32.to_le_bytes());
        data.extend(u32::try_from(units.len()).unwrap().to_le_bytes());
        data.extend(&units);
        data.resize(data.len().next_multiple_of(4), 0);
        data
    }

    #[test]
    fn files_come_out_with_their_long_names() {
        let bytes = stream(&[
            (ATTACH_REND_DATA, vec![0; 14]),
            (ATTACH_TITLE, b"CHAHU~1.TXT\0".to_vec()),
            (ATTACH_DATA, b"hello".to_vec()),
            (ATTACHMENT, unicode_name("茶壶.txt")),
            (ATTACH_REND_DATA, vec![0; 14]),
            (ATTACH_TITLE, b"b.bin\0".to_vec()),
            (ATTACH_DATA, vec![1, 2, 3]),
        ]);
        let files = attachments(&bytes).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["茶壶.txt", "b.bin"]);
        assert_eq!(files[0].bytes, b"hello");
    }

    #[test]
    fn damage_costs_only_what_comes_after_it() {
        let whole = stream(&[
            (ATTACH_REND_DATA, vec![0; 14]),
            (ATTACH_DATA, b"hello".to_vec()),
            (ATTACH_REND_DATA, vec![0; 14]),
            (ATTACH_DATA, b"world".to_vec()),
        ]);
        for length in 0..whole.len() {
            let found = attachments(&whole[..length]).unwrap_or_default();
            assert!(found.len() <= 1, "{length}");
        }
        assert_eq!(attachments(b"not tnef"), None);
    }
}
