//! What Zhiyin brings along, in both languages, as data: labels of statuses, a catalogue of
//! gestures, and seven types of cases with forms and procedures. All of it can be changed;
//! the tests of forms, procedures and runs check all of it.

mod billing;
mod catalogue;
mod complaint;
mod consultation;
mod fault;
mod labels;
mod parts;
mod request;
mod return_exchange;
mod security;

pub use catalogue::catalogue;
pub use labels::status_labels;

use super::case_type::CaseTerms;

/// A type of case that Zhiyin brings along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltinType {
    /// Its name for programs.
    pub key: &'static str,
    /// What it says.
    pub terms: CaseTerms,
}

/// All of them, in the order of lists: consultation, request, fault, return or exchange,
/// billing and invoice, account security, complaint.
#[must_use]
pub fn case_types() -> Vec<BuiltinType> {
    vec![
        BuiltinType {
            key: "consultation",
            terms: consultation::terms(),
        },
        BuiltinType {
            key: "request",
            terms: request::terms(),
        },
        BuiltinType {
            key: "fault",
            terms: fault::terms(),
        },
        BuiltinType {
            key: "return_exchange",
            terms: return_exchange::terms(),
        },
        BuiltinType {
            key: "billing",
            terms: billing::terms(),
        },
        BuiltinType {
            key: "account_security",
            terms: security::terms(),
        },
        BuiltinType {
            key: "complaint",
            terms: complaint::terms(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::status::StatusLabels;
    use super::*;
    use crate::attribute::Label;
    use crate::locale::Locale;

    fn is_bilingual(label: &Label) -> bool {
        label.is_empty()
            || [Locale::ZhCn, Locale::En]
                .iter()
                .all(|it| label.contains_key(it))
    }

    #[test]
    fn seven_types_with_texts_in_both_languages() {
        let types = case_types();
        let keys: BTreeSet<&str> = types.iter().map(|it| it.key).collect();
        assert_eq!(keys.len(), 7);
        for BuiltinType { key, terms } in &types {
            assert!(
                is_bilingual(&terms.name) && is_bilingual(&terms.description),
                "{key}"
            );
            let steps = &terms.procedure.steps;
            let forms = steps.iter().map(|step| &step.form).chain([&terms.form]);
            for field in forms.flat_map(|form| &form.fields) {
                let options = field.kind.options();
                let all = options.iter().all(|option| is_bilingual(&option.label));
                assert!(
                    all && is_bilingual(&field.label) && is_bilingual(&field.help),
                    "{key}"
                );
            }
            for step in steps {
                let texts = [&step.name, &step.guidance, &step.customer_text];
                assert!(texts.iter().all(|text| is_bilingual(text)), "{key}");
                let points = step.checklist.iter().map(|item| &item.text);
                let names = step.outcomes.iter().map(|outcome| &outcome.name);
                assert!(points.chain(names).all(is_bilingual), "{key}");
            }
        }
        assert_eq!(types.iter().filter(|it| it.terms.is_complaint).count(), 1);
    }

    #[test]
    fn the_first_step_tells_the_customer_something() {
        for BuiltinType { key, terms } in case_types() {
            let first = terms.procedure.step(&terms.procedure.first);
            assert!(
                first.is_some_and(|step| !step.customer_text.is_empty()),
                "{key}"
            );
        }
    }

    #[test]
    fn labels_fit_together() {
        assert!(StatusLabels::new(status_labels()).is_ok());
        assert!(
            status_labels()
                .iter()
                .all(|it| is_bilingual(&it.customer_name))
        );
    }
}
