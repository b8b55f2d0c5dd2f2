//! Reading Markdown files and tables of questions and answers.

use std::collections::BTreeMap;

use zhiyin_domain::limits::ARTICLE_SOURCE_ID_CHARS_MAX;
use zhiyin_domain::locale::Locale;
use zhiyin_language::fold;

use super::{ImportFile, Problem, Row};

/// The language a row or a file name says it is in.
pub(super) fn language(text: &str) -> Option<Locale> {
    match text.trim().to_lowercase().as_str() {
        "zh" | "zh-cn" | "zh_cn" | "zh-hans" | "中文" => Some(Locale::ZhCn),
        "en" | "en-us" | "en-gb" | "english" | "英文" => Some(Locale::En),
        _ => None,
    }
}

fn id_of(text: &str) -> String {
    let text = fold(text.trim());
    text.chars().take(ARTICLE_SOURCE_ID_CHARS_MAX).collect()
}

fn list(text: &str) -> Vec<String> {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let parts = text.split([',', '，', ';', '；', '、', '|']);
    let parts = parts.map(|it| it.trim().trim_matches(['"', '\'']));
    let parts = parts.filter(|it| !it.is_empty());
    parts.map(str::to_owned).collect()
}

/// One article. Facts may stand in a head between lines of `---`: `id`, `title`, `summary`, `slug`,
/// `category`, `tags`, `language`, `audience`. Without a title it is the first heading, else the
/// name of the file; without an id it is that name. `returns.en.md` is the English of `returns`.
pub(super) fn markdown(file: &ImportFile) -> Row {
    let text = file.text.trim_start_matches('\u{feff}');
    let (facts, body) = head(text);
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or(&file.name);
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let stem = stem.strip_suffix(".markdown").unwrap_or(stem);
    let (stem, suffix) = match stem.rsplit_once('.') {
        Some((before, end)) if language(end).is_some() => (before, Some(end.to_owned())),
        Some(_) | None => (stem, None),
    };
    let fact = |names: &[&str]| {
        let found = names.iter().find_map(|name| facts.get(*name));
        found.filter(|text| !text.is_empty()).cloned()
    };
    let (heading, rest) = heading(&body);
    let (title, body) = match (fact(&["title", "标题"]), heading) {
        (Some(title), Some(first)) if title == first => (title, rest),
        (Some(title), _) => (title, body),
        (None, Some(first)) => (first, rest),
        (None, None) => (stem.replace(['-', '_'], " "), body),
    };
    Row {
        line: 1,
        source_id: id_of(&fact(&["id"]).unwrap_or_else(|| stem.to_owned())),
        title,
        summary: fact(&["summary", "description", "摘要"]).unwrap_or_default(),
        body: body.trim().to_owned(),
        slug: fact(&["slug"]),
        category: fact(&["category", "分类"]),
        tags: list(&fact(&["tags", "标签"]).unwrap_or_default()),
        locale: fact(&["language", "locale", "lang", "语言"]).or(suffix),
        audience: fact(&["audience"]),
    }
}

/// The facts in the head of a file, and what stands below it.
fn head(text: &str) -> (BTreeMap<String, String>, String) {
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some("---") {
        return (BTreeMap::new(), text.to_owned());
    }
    let mut facts = BTreeMap::new();
    let mut is_closed = false;
    for line in lines.by_ref() {
        if line.trim_end() == "---" {
            is_closed = true;
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            let value = value.trim().trim_matches(['"', '\'']);
            facts.insert(name.trim().to_lowercase(), value.to_owned());
        }
    }
    if !is_closed {
        return (BTreeMap::new(), text.to_owned());
    }
    (facts, lines.collect::<Vec<&str>>().join("\n"))
}

/// The heading a text begins with, and what follows it.
fn heading(body: &str) -> (Option<String>, String) {
    let text = body.trim_start();
    match text.strip_prefix("# ") {
        None => (None, body.to_owned()),
        Some(rest) => {
            let (first, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            let title = first.trim().trim_end_matches('#').trim_end();
            (Some(title.to_owned()), rest.to_owned())
        }
    }
}

/// What the columns of a table may be called.
const COLUMNS: [(&str, &[&str]); 9] = [
    ("id", &["id", "source_id", "编号"]),
    ("title", &["question", "title", "问题", "标题"]),
    ("body", &["answer", "body", "回答", "答案", "正文"]),
    ("summary", &["summary", "摘要"]),
    ("category", &["category", "分类"]),
    ("slug", &["slug", "地址"]),
    ("tags", &["tags", "标签"]),
    ("locale", &["language", "locale", "语言"]),
    ("audience", &["audience", "读者"]),
];

/// The rows of a table whose first row names the columns. Without an id a row is known by its
/// question.
pub(super) fn table(text: &str) -> Result<Vec<Row>, Problem> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: char| first.matches(mark).count();
    let delimiter = if count('\t') > count(',') {
        b'\t'
    } else if count(';') > count(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let broken = |error: csv::Error| Problem("table", error.to_string());
    let names: Vec<Option<&str>> = reader
        .headers()
        .map_err(broken)?
        .iter()
        .map(|name| {
            let name = name.trim().to_lowercase();
            let known = COLUMNS
                .iter()
                .find(|(_, names)| names.contains(&name.as_str()));
            known.map(|(column, _)| *column)
        })
        .collect();
    if !names.contains(&Some("title")) || !names.contains(&Some("body")) {
        let why = "the first row has to name the columns, question and answer among them";
        return Err(Problem("columns", why.to_owned()));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cell = |column: &str| {
            let at = names.iter().position(|name| *name == Some(column))?;
            let text = record.get(at)?.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let title = cell("title").unwrap_or_default();
        let body = cell("body").unwrap_or_default();
        if title.is_empty() && body.is_empty() {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        rows.push(Row {
            line: usize::try_from(line).unwrap_or(0),
            source_id: id_of(&cell("id").unwrap_or_else(|| title.clone())),
            title,
            summary: cell("summary").unwrap_or_default(),
            body,
            slug: cell("slug"),
            category: cell("category"),
            tags: list(&cell("tags").unwrap_or_default()),
            locale: cell("locale"),
            audience: cell("audience"),
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> ImportFile {
        ImportFile {
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_file_tells_its_facts_in_its_head() {
        let row = markdown(&file(
            "help/returns.en.md",
            "---\r\ntitle: \"Return an order\"\r\ncategory: Returns\r\ntags: [box, label]\r\n---\r\n\r\n# Return an order\r\n\r\nUse the label.\r\n",
        ));
        assert_eq!(
            (row.source_id.as_str(), row.locale.as_deref()),
            ("returns", Some("en"))
        );
        assert_eq!(
            (row.title.as_str(), row.body.as_str()),
            ("Return an order", "Use the label.")
        );
        assert_eq!(row.category.as_deref(), Some("Returns"));
        assert_eq!(row.tags, ["box", "label"]);
    }

    #[test]
    fn a_file_without_a_head_is_named_by_its_heading_or_itself() {
        let row = markdown(&file("fapiao.md", "\u{feff}# 怎么开发票\n\n在订单里申请。"));
        assert_eq!(
            (row.title.as_str(), row.body.as_str()),
            ("怎么开发票", "在订单里申请。")
        );
        let row = markdown(&file("gift-wrap.md", "We wrap for free.\n\n--- \n\nx"));
        assert_eq!(
            (row.title.as_str(), row.source_id.as_str()),
            ("gift wrap", "gift-wrap")
        );
        let open = markdown(&file("a.md", "---\ntitle: x\n"));
        assert!(open.body.starts_with("---"), "{}", open.body);
    }

    #[test]
    fn a_table_is_read_by_the_names_of_its_columns() {
        let rows = table(
            "编号;问题;答案;标签\n7;\"能; 退吗\";\"可以。\n七天内\";退货、售后\n;;;\n;运费？;免;\n",
        );
        let rows = rows.unwrap_or_default();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].source_id.as_str(), rows[0].title.as_str()),
            ("7", "能; 退吗")
        );
        assert_eq!(rows[0].body, "可以。\n七天内");
        assert_eq!(rows[0].tags, ["退货", "售后"]);
        assert_eq!((rows[1].source_id.as_str(), rows[1].line), ("运费?", 5));
        assert!(table("a,b\n1,2\n").is_err());
        assert!(table("").is_err());
    }
}
