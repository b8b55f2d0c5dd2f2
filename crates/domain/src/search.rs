//! What the full-text index is made of: tokens of a text, and queries over them.
//!
//! `language` makes both from text, `store` writes and asks them in the words of each
//! database. Terms are folded and hold letters, digits and marks only.

/// Something to find in the index, at its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The folded term.
    pub term: String,
    /// Place in the sequence; phrases ask for neighbours.
    pub position: u32,
}

/// What somebody looks for: every clause must be found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these.
    pub clauses: Vec<Clause>,
}

impl Query {
    /// Whether nothing is asked for, so that nothing is found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether a text with these tokens, in order, is found: what every engine must answer.
    #[must_use]
    pub fn matches(&self, tokens: &[Token]) -> bool {
        let finds = |clause: &Clause| clause.any_of.iter().any(|phrase| phrase.matches(tokens));
        !self.is_empty() && self.clauses.iter().all(finds)
    }
}

/// One part of a query, in one of several spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// At least one of these; never empty.
    pub any_of: Vec<Phrase>,
}

/// Terms that stand next to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The terms in order; never empty.
    pub terms: Vec<String>,
    /// Whether the last term is only the beginning of one.
    pub is_prefix: bool,
}

impl Phrase {
    fn matches(&self, tokens: &[Token]) -> bool {
        let Some((last, rest)) = self.terms.split_last() else {
            return false;
        };
        tokens.windows(self.terms.len()).any(|window| {
            let is_last = |term: &str| {
                if self.is_prefix {
                    term.starts_with(last.as_str())
                } else {
                    term == last
                }
            };
            let neighbours = window
                .windows(2)
                .all(|pair| pair[1].position == pair[0].position + 1);
            neighbours
                && window
                    .iter()
                    .zip(rest)
                    .all(|(token, term)| token.term == *term)
                && window.last().is_some_and(|token| is_last(&token.term))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(terms: &[&str]) -> Vec<Token> {
        let token = |(position, term): (u32, &&str)| Token {
            term: (*term).to_owned(),
            position,
        };
        (0..).zip(terms).map(token).collect()
    }

    fn phrase(terms: &[&str], is_prefix: bool) -> Query {
        let terms = terms.iter().map(|term| (*term).to_owned()).collect();
        Query {
            clauses: vec![Clause {
                any_of: vec![Phrase { terms, is_prefix }],
            }],
        }
    }

    #[test]
    fn a_phrase_asks_for_neighbours_in_order() {
        let text = tokens(&["red", "leather", "bag"]);
        assert!(phrase(&["red", "leather"], false).matches(&text));
        assert!(phrase(&["leather", "ba"], true).matches(&text));
        assert!(!phrase(&["leather", "ba"], false).matches(&text));
        assert!(!phrase(&["red", "bag"], false).matches(&text));
        assert!(!phrase(&["leather", "red"], false).matches(&text));
    }

    #[test]
    fn an_empty_query_finds_nothing() {
        assert!(!Query::default().matches(&tokens(&["red"])));
    }
}
