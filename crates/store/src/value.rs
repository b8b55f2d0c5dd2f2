//! Values that go into and come out of statements, the same for both engines.
//!
//! JSON travels as text, a point in time as a number, a typed id as its UUID.
//! PostgreSQL decides by the type of the parameter how a value is written.

use std::borrow::Cow;

use uuid::Uuid;
use zhiyin_domain::ids;
use zhiyin_domain::time::Timestamp;

/// One value of a row or of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// A truth value; 0 or 1 on SQLite.
    Bool(bool),
    /// Any whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// Text, and JSON in its text form.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A UUID; 16 bytes on SQLite.
    Uuid(Uuid),
}

/// A stored value has another type or form than asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value has another type")]
pub struct ValueError;

/// A type that can be a parameter of a statement.
pub trait ToValue {
    /// The value as the engines take it.
    fn to_value(&self) -> Value;
}

/// A type that can be read from a column.
pub trait FromValue: Sized {
    /// Reads the value, failing if it has another type or form.
    fn from_value(value: &Value) -> Result<Self, ValueError>;
}

/// Parameters of a statement: `params![id, name, now]`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => { &[$($crate::ToValue::to_value(&$value)),+] as &[$crate::Value] };
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        Ok(value.clone())
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => Err(ValueError),
        }
    }
}

macro_rules! whole_number {
    ($($number:ty),+) => { $(
        impl ToValue for $number {
            fn to_value(&self) -> Value {
                Value::Int(i64::from(*self))
            }
        }

        impl FromValue for $number {
            fn from_value(value: &Value) -> Result<Self, ValueError> {
                match value {
                    Value::Int(value) => (*value).try_into().map_err(|_| ValueError),
                    _ => Err(ValueError),
                }
            }
        }
    )+ };
}

whole_number!(i64, i32, i16, u32, u16, u8);

impl ToValue for f64 {
    fn to_value(&self) -> Value {
        Value::Float(*self)
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Float(value) => Ok(*value),
            // A column without a declared type gives back 2.0 as 2.
            #[expect(
                clippy::cast_precision_loss,
                reason = "the column holds floating-point numbers"
            )]
            Value::Int(value) => Ok(*value as f64),
            _ => Err(ValueError),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Value {
        Value::Text(self.clone().into_owned())
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(value) => Ok(value.clone()),
            _ => Err(ValueError),
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Bytes(value) => Ok(value.clone()),
            // SQLite does not tell 16 bytes from a UUID.
            Value::Uuid(value) => Ok(value.as_bytes().to_vec()),
            _ => Err(ValueError),
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Bytes(value) => value.as_slice().try_into().map_err(|_| ValueError),
            Value::Uuid(value) => value
                .as_bytes()
                .as_slice()
                .try_into()
                .map_err(|_| ValueError),
            _ => Err(ValueError),
        }
    }
}

impl ToValue for Uuid {
    fn to_value(&self) -> Value {
        Value::Uuid(*self)
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Uuid(value) => Ok(*value),
            Value::Bytes(value) => Self::from_slice(value).map_err(|_| ValueError),
            _ => Err(ValueError),
        }
    }
}

impl ToValue for serde_json::Value {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Text(value) => serde_json::from_str(value).map_err(|_| ValueError),
            // A bare number in a column of numeric affinity.
            Value::Int(value) => Ok(Self::from(*value)),
            Value::Float(value) => Ok(Self::from(*value)),
            _ => Err(ValueError),
        }
    }
}

impl ToValue for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.as_micros())
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Int(value) => Ok(Self::from_micros(*value)),
            _ => Err(ValueError),
        }
    }
}

macro_rules! typed_ids {
    ($($id:ident),+ $(,)?) => { $(
        impl ToValue for ids::$id {
            fn to_value(&self) -> Value {
                Value::Uuid(self.uuid())
            }
        }

        impl FromValue for ids::$id {
            fn from_value(value: &Value) -> Result<Self, ValueError> {
                Uuid::from_value(value).map(Self::from_uuid)
            }
        }
    )+ };
}

zhiyin_domain::for_each_id!(typed_ids);
