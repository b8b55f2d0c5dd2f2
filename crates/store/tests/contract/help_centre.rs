//! The look of help centres, files of articles, the glossary.

use std::collections::BTreeSet;

use zhiyin_domain::attachment::{BlobHash, Dimensions};
use zhiyin_domain::attribute::Label;
use zhiyin_domain::knowledge::{Domain, GlossaryTerm, GlossaryText, HelpCentre};
use zhiyin_domain::locale::Locale;
use zhiyin_store::attachments::is_used;
use zhiyin_store::knowledge::files::{self, ArticleFile};
use zhiyin_store::knowledge::{glossary, help_centres};
use zhiyin_store::{StoreError, Tx};

use crate::floor::{Floor, at, id};
use crate::harness::add_workspace;

fn domain() -> Domain {
    "help.example.com".parse().expect("a domain")
}

fn term(word: &str) -> GlossaryTerm {
    let text = GlossaryText {
        term: word.to_owned(),
        preferred: "return".to_owned(),
        explanation: "Sending it back".to_owned(),
        avoid: vec!["RMA number".to_owned()],
    };
    GlossaryTerm::new(id(), Locale::En, &text).expect("a term")
}

store_test! {
    fn a_help_centre_has_a_look_and_a_domain(store) {
        let floor = Floor::new(store);
        assert_eq!(floor.run(help_centres::get), HelpCentre::default());
        let first = HelpCentre {
            name: Label::from([(Locale::En, "Help".to_owned())]),
            colour: Some("#1f6f6b".parse().expect("a colour")),
            logo: Some(id()),
            locales: BTreeSet::from([Locale::En]),
            domain: Some(domain()),
            version: 0,
        };
        let given = first.clone();
        let saved = floor.run(move |tx| help_centres::save(tx, &given));
        assert_eq!(saved, HelpCentre { version: 1, ..first.clone() });
        assert_eq!(floor.run(help_centres::get), saved);
        let stale = first.clone();
        let lost = store.write_blocking(floor.workspace, move |tx| help_centres::save(tx, &stale));
        assert!(matches!(lost, Err(StoreError::Conflict { .. })), "{lost:?}");
        let slug = store.read_system_blocking(|system| help_centres::at_domain(system, &domain()));
        assert!(slug.expect("a read").is_some());
        let nobody = "other.example.com".parse::<Domain>().expect("a domain");
        let missed = store.read_system_blocking(move |system| help_centres::at_domain(system, &nobody));
        assert_eq!(missed.expect("a read"), None);
        let elsewhere = add_workspace(store);
        let taken = store.write_blocking(elsewhere, move |tx| help_centres::save(tx, &first));
        let error = taken.expect_err("it is taken");
        assert!(error.is_unique_violation("help_centres_domain"), "{error}");
    }

    fn files_of_articles_are_found_by_their_id(store) {
        let floor = Floor::new(store);
        let blob = BlobHash::from_bytes([7; 32]);
        let picture = ArticleFile {
            id: id(),
            blob,
            name: "label.png".to_owned(),
            media_type: "image/png".to_owned(),
            size_bytes: 10,
            dimensions: Some(Dimensions { width: 4, height: 3 }),
            created_at: at(1),
        };
        let paper = ArticleFile { id: id(), dimensions: None, ..picture.clone() };
        for it in [picture.clone(), paper.clone()] {
            floor.run(move |tx| files::insert(tx, &it));
        }
        let ids = (picture.id, paper.id);
        assert_eq!(floor.run(move |tx| files::get(tx, ids.1)), Some(paper));
        let found = store.read_system_blocking(move |system| files::find(system, ids.0));
        assert_eq!(found.expect("a read"), Some((floor.workspace, picture)));
        assert_eq!(floor.run(files::total), (2, 20));
        assert!(floor.run(move |tx| is_used(tx, &blob)));
        let elsewhere = add_workspace(store);
        let other = store.read_blocking(elsewhere, move |tx| files::get(tx, ids.0));
        assert_eq!(other.expect("a read"), None);
    }

    fn terms_are_kept_by_language_and_word(store) {
        let floor = Floor::new(store);
        let (first, second) = (term("SKU"), term("RMA"));
        for it in [first.clone(), second.clone()] {
            floor.run(move |tx| glossary::insert(tx, &it));
        }
        assert_eq!(floor.run(glossary::list), [second.clone(), first.clone()]);
        let again = GlossaryTerm { id: id(), ..first.clone() };
        let taken = store.write_blocking(floor.workspace, move |tx| glossary::insert(tx, &again));
        assert!(taken.expect_err("it is taken").is_unique_violation("glossary_terms_term"));
        let changed = GlossaryTerm { preferred: "article".to_owned(), ..first.clone() };
        let saved = floor.run(move |tx| glossary::save(tx, &changed));
        assert_eq!((saved.version, saved.preferred.as_str()), (2, "article"));
        let which = first.id;
        assert_eq!(floor.run(move |tx| glossary::get(tx, which)), Some(saved));
        let stale = store.write_blocking(floor.workspace, move |tx| glossary::save(tx, &first));
        assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
        let elsewhere = add_workspace(store);
        let gone = store.write_blocking(elsewhere, move |tx: &mut Tx<'_>| glossary::delete(tx, which));
        assert!(gone.is_err());
        floor.run(move |tx| glossary::delete(tx, which));
        assert_eq!(floor.run(glossary::list), [second]);
    }
}
