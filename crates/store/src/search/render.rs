//! Tokens and queries in the words of each database.
//!
//! Terms hold letters, digits and marks only, and are quoted all the same: nothing a person
//! writes is ever read as syntax.

use std::fmt::Write as _;

use zhiyin_domain::ids::{ConversationId, InboxId, WorkspaceId};
use zhiyin_domain::search::{Clause, Phrase, Query, Token};

/// The term under which every message of a workspace is found. No term of a text begins
/// with such a sign, so nothing a person types reaches it.
pub(super) fn workspace_term(id: WorkspaceId) -> String {
    term('w', &id.to_string())
}

/// The term under which every message of an inbox is found.
pub(super) fn inbox_term(id: InboxId) -> String {
    term('i', &id.to_string())
}

/// The term under which every message of a conversation is found.
pub(super) fn conversation_term(id: ConversationId) -> String {
    term('c', &id.to_string())
}

/// Without the prefix of the identifier, whose joint would cut the term in two.
fn term(kind: char, id: &str) -> String {
    let id = id.split_once('_').map_or(id, |(_, digits)| digits);
    format!("§{kind}{id}")
}

/// The terms in order, for FTS5; their places are counted by its tokenizer.
pub(super) fn fts5_body(tokens: &[Token]) -> String {
    let mut body = String::with_capacity(tokens.len() * 7);
    for token in tokens {
        if !body.is_empty() {
            body.push(' ');
        }
        body.push_str(&token.term);
    }
    body
}

/// The expression for `MATCH`: one of the scopes and all clauses.
pub(super) fn fts5_match(query: &Query, scopes: &[String]) -> String {
    let scopes = join(scopes.iter().map(|scope| fts5_string(scope)), " OR ");
    let clauses = join(query.clauses.iter().map(fts5_clause), " AND ");
    format!("{{scope}} : ({scopes}) AND {{body}} : ({clauses})")
}

fn fts5_clause(clause: &Clause) -> String {
    let any_of = join(clause.any_of.iter().map(fts5_phrase), " OR ");
    format!("({any_of})")
}

fn fts5_phrase(phrase: &Phrase) -> String {
    let mut text = fts5_string(&phrase.terms.join(" "));
    if phrase.is_prefix {
        text.push_str(" *");
    }
    text
}

fn fts5_string(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The value of a `tsvector`: the scopes without place, the terms with theirs.
pub(super) fn tsvector(tokens: &[Token], scopes: &[String]) -> String {
    let mut literal = join(scopes.iter().map(|scope| lexeme(scope)), " ");
    for token in tokens {
        // Places count from one; PostgreSQL keeps 256 of each lexeme, up to 16,383.
        let place = token.position.saturating_add(1);
        write!(literal, " {}:{place}", lexeme(&token.term)).expect("a string takes everything");
    }
    literal
}

/// The value of a `tsquery`: one of the scopes and all clauses.
pub(super) fn tsquery(query: &Query, scopes: &[String]) -> String {
    let scopes = join(scopes.iter().map(|scope| lexeme(scope)), " | ");
    let clauses = join(query.clauses.iter().map(tsquery_clause), " & ");
    format!("({scopes}) & {clauses}")
}

fn tsquery_clause(clause: &Clause) -> String {
    let any_of = join(clause.any_of.iter().map(tsquery_phrase), " | ");
    format!("({any_of})")
}

fn tsquery_phrase(phrase: &Phrase) -> String {
    let mut text = join(phrase.terms.iter().map(|term| lexeme(term)), " <-> ");
    if phrase.is_prefix {
        text.push_str(":*");
    }
    format!("({text})")
}

fn lexeme(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

fn join(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(terms: &[&str], is_prefix: bool) -> Query {
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        Query {
            clauses: vec![Clause {
                any_of: vec![Phrase { terms, is_prefix }],
            }],
        }
    }

    #[test]
    fn a_query_reads_as_it_should() {
        let scopes = ["§i1".to_owned(), "§i2".to_owned()];
        let asked = query(&["申请", "请退"], false);
        assert_eq!(
            fts5_match(&asked, &scopes),
            r#"{scope} : ("§i1" OR "§i2") AND {body} : (("申请 请退"))"#
        );
        assert_eq!(
            tsquery(&asked, &scopes),
            "('§i1' | '§i2') & (('申请' <-> '请退'))"
        );
        let begun = query(&["head"], true);
        assert!(fts5_match(&begun, &scopes).ends_with(r#"(("head" *))"#));
        assert!(tsquery(&begun, &scopes).ends_with("(('head':*))"));
    }

    #[test]
    fn a_hostile_term_stays_a_term() {
        let asked = query(&[r#"" OR scope : "x"#, r"' | 'y\"], false);
        assert!(
            fts5_match(&asked, &["s".to_owned()]).ends_with(r#"((""" OR scope : ""x ' | 'y\"))"#)
        );
        assert!(tsquery(&asked, &["s".to_owned()]).ends_with(r"<-> ''' | ''y\\'))"));
    }

    #[test]
    fn a_text_is_written_with_its_places() {
        let tokens = [
            Token {
                term: "退货".to_owned(),
                position: 0,
            },
            Token {
                term: "ok".to_owned(),
                position: 1,
            },
        ];
        assert_eq!(fts5_body(&tokens), "退货 ok");
        assert_eq!(
            tsvector(&tokens, &["§w".to_owned()]),
            "'§w' '退货':1 'ok':2"
        );
    }
}
