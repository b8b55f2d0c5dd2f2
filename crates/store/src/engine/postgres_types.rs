//! How values travel to and from PostgreSQL.
//!
//! The server says the type of each parameter. Where our value is of that very type
//! it goes in binary form, otherwise as text, which the server parses as it would
//! a literal: so JSON, `tsvector` and the rest need no type of their own here.

use std::error::Error;
use std::sync::Arc;

use postgres::types::private::BytesMut;
use postgres::types::{Format, FromSql, IsNull, ToSql, Type};
use uuid::Uuid;

use crate::error::StoreError;
use crate::row::{Columns, Row};
use crate::value::Value;

type Failure = Box<dyn Error + Sync + Send>;

/// The parameters as the driver takes them.
pub(crate) fn as_params(params: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    params
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

/// Takes a row out of the driver.
pub(crate) fn row_of(row: &postgres::Row, columns: &Arc<Columns>) -> Result<Row, StoreError> {
    let values = (0..row.len())
        .map(|at| row.try_get::<_, Value>(at))
        .collect::<Result<_, _>>()
        .map_err(StoreError::database)?;
    Ok(Row {
        columns: Arc::clone(columns),
        values,
    })
}

impl Value {
    fn is_native(&self, ty: &Type) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(_) => *ty == Type::BOOL,
            Self::Int(_) => [Type::INT8, Type::INT4, Type::INT2].contains(ty),
            Self::Float(_) => *ty == Type::FLOAT8,
            Self::Text(_) => false,
            Self::Bytes(_) => *ty == Type::BYTEA,
            Self::Uuid(_) => [Type::UUID, Type::BYTEA].contains(ty),
        }
    }

    fn as_text(&self) -> Result<String, Failure> {
        Ok(match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::Uuid(value) => value.to_string(),
            Self::Bytes(_) => return Err("bytes go only into a column of bytes".into()),
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Text(value) => out.extend_from_slice(value.as_bytes()),
            other if !other.is_native(ty) => out.extend_from_slice(other.as_text()?.as_bytes()),
            Self::Bool(value) => out.extend_from_slice(&[u8::from(*value)]),
            Self::Int(value) if *ty == Type::INT8 => out.extend_from_slice(&value.to_be_bytes()),
            Self::Int(value) if *ty == Type::INT4 => {
                out.extend_from_slice(&i32::try_from(*value)?.to_be_bytes());
            }
            Self::Int(value) => out.extend_from_slice(&i16::try_from(*value)?.to_be_bytes()),
            Self::Float(value) => out.extend_from_slice(&value.to_be_bytes()),
            Self::Bytes(value) => out.extend_from_slice(value),
            Self::Uuid(value) => out.extend_from_slice(value.as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        self.to_sql(ty, out)
    }

    fn encode_format(&self, ty: &Type) -> Format {
        if self.is_native(ty) {
            Format::Binary
        } else {
            Format::Text
        }
    }
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(match *ty {
            Type::BOOL => Self::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::OID => Self::Int(u32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Self::Float(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Self::Float(f32::from_sql(ty, raw)?.into()),
            Type::NUMERIC => whole_numeric(raw)
                .map(Self::Int)
                .ok_or("a numeric value is not a whole number")?,
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            Type::UUID => Self::Uuid(Uuid::from_slice(raw)?),
            // A version byte goes before the text.
            Type::JSONB => Self::Text(str::from_utf8(raw.get(1..).unwrap_or_default())?.to_owned()),
            Type::VOID => Self::Null,
            Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::UNKNOWN
            | Type::JSON
            | Type::CHAR => Self::Text(str::from_utf8(raw)?.to_owned()),
            _ => {
                return Err(
                    format!("a column has the type {ty}, which the store does not read").into(),
                );
            }
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// `sum` of whole numbers is numeric in PostgreSQL: base 10,000 digits with a weight.
fn whole_numeric(raw: &[u8]) -> Option<i64> {
    let mut words = raw
        .chunks_exact(2)
        .map(|word| i16::from_be_bytes([word[0], word[1]]));
    let (count, weight, sign, _scale) =
        (words.next()?, words.next()?, words.next()?, words.next()?);
    let mut value: i64 = 0;
    for place in 0..=weight.max(-1) {
        let digit = if place < count { words.next()? } else { 0 };
        value = value.checked_mul(10_000)?.checked_sub(i64::from(digit))?;
    }
    if words.any(|digit| digit != 0) {
        return None;
    }
    match sign {
        0 => value.checked_neg(),
        0x4000 => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::whole_numeric;

    #[test]
    fn whole_numbers_are_read_from_numeric() {
        let raw = |words: &[i16]| {
            words
                .iter()
                .flat_map(|word| word.to_be_bytes())
                .collect::<Vec<_>>()
        };
        assert_eq!(whole_numeric(&raw(&[0, 0, 0, 0])), Some(0));
        assert_eq!(whole_numeric(&raw(&[1, 0, 0, 0, 42])), Some(42));
        assert_eq!(whole_numeric(&raw(&[1, 1, 0x4000, 0, 3])), Some(-30_000));
        assert_eq!(whole_numeric(&raw(&[2, 1, 0, 0, 1, 2345])), Some(12_345));
        assert_eq!(whole_numeric(&raw(&[1, -1, 0, 2, 5000])), None);
    }
}
