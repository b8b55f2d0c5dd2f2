//! Contents that are read, and what is said of those that are not.

use super::*;

fn complaint<T: std::fmt::Debug, E: std::error::Error>(result: Result<T, E>) -> String {
    let error = result.unwrap_err();
    let source = std::error::Error::source(&error).map(ToString::to_string);
    [Some(error.to_string()), source]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ")
}

#[test]
fn tables_are_read_by_their_columns() {
    let content = "\u{feff}label\tother\ttext\r\n1\tx\t好\r\n\r\n";
    let wanted = Labelled {
        text: "好".to_owned(),
        label: "1".to_owned(),
    };
    assert_eq!(labelled(content, "label").unwrap(), [wanted]);
}

#[test]
fn a_bad_table_names_the_line() {
    assert!(complaint(labelled("text\n", "lang")).contains("`lang`"));
    assert_eq!(complaint(labelled("", "lang")), "no rows");
    assert_eq!(complaint(labelled("text\tlang\n", "lang")), "no rows");
    let short = complaint(labelled("text\tlang\na\tzh\n\nb\n", "lang"));
    assert_eq!(
        short,
        "line 4 has 1 columns of 2; columns are divided by tabs"
    );
    let rows = labelled_as("text\tlabel\na\t1\nb\t7\n", "label", "0 and 1", |label| {
        label == "1"
    });
    assert_eq!(
        complaint(rows),
        "line 3: `7` is not known; known are 0 and 1"
    );
}

#[test]
fn lines_of_json_are_read() {
    let line = r#"{"full_text":"我叫李","spans":[
        {"entity_type":"PERSON","start_position":2,"end_position":3},
        {"entity_type":"AGE","start_position":0,"end_position":1}]}"#;
    let rows = marked(&line.replace('\n', "")).unwrap();
    assert_eq!(rows[0].spans, [(2..3, Kind::Name)]);
    let questions = r#"{"text":"a","answers":["7",9]}"#;
    let answers = "{\"id\":\"9\",\"zh\":\"b\"}\n\n{\"id\":7,\"text\":\"c\"}\n";
    let (asked, passages) = answered(questions, answers).unwrap();
    assert_eq!(asked[0].text, "a");
    assert_eq!(asked[0].answers, [1, 0]);
    assert_eq!(passages, ["b", "c"]);
}

#[test]
fn bad_lines_of_json_are_named_with_their_file() {
    let answers = r#"{"id":"1","text":"b"}"#;
    let wrong = |questions: &str, answers: &str| complaint(answered(questions, answers));
    let question = r#"{"text":"a","answers":["1"]}"#;
    assert_eq!(
        wrong(&format!("{question}\n{{"), answers),
        "the questions are not understood: line 2 is no JSON"
    );
    assert_eq!(
        wrong(question, &format!("{answers}\n{{\"text\":\"c\"}}")),
        "the answers are not understood: line 2 has no `id`"
    );
    assert!(wrong(r#"{"text":"a"}"#, answers).ends_with("line 1 has no `answers`"));
    assert!(wrong(r#"{"answers":[]}"#, answers).ends_with("line 1 has no `text`"));
    let unknown = wrong(r#"{"text":"a","answers":["2"]}"#, answers);
    assert!(unknown.contains("names the answer `2`"), "{unknown}");
    let span = r#"{"entity_type":"PERSON","start_position":0,"end_position":9}"#;
    let outside = complaint(marked(&format!(r#"{{"text":"李","spans":[{span}]}}"#)));
    assert!(
        outside.starts_with("line 1 has a span outside"),
        "{outside}"
    );
    let nothing = complaint(marked(r#"{"text":"李","spans":[{"entity_type":"AGE"}]}"#));
    assert_eq!(nothing, "line 1 has no `start_position`");
}

#[test]
fn paraphrases_make_clusters() {
    let content = "q1\tq2\tlabel\na\tb\t1\nc\td\t0\nb\te\t1\nf\tg\t1\n";
    let (asked, passages) = paraphrases(content).unwrap();
    assert_eq!(passages, ["a", "f"]);
    let asked: Vec<_> = asked
        .iter()
        .map(|a| (a.text.as_str(), a.answers[0]))
        .collect();
    assert_eq!(asked, [("b", 0), ("e", 0), ("g", 1)]);
    assert!(complaint(paraphrases("q1\tq2\tlabel\na\tb\n")).starts_with("line 2 has 2"));
    assert_eq!(
        complaint(paraphrases("q1\tq2\tlabel\na\tb\t0\n")),
        "no rows"
    );
}
