//! What customers write and what agents look for, the same in every run.

/// Customer dialogues in Chinese, a file of the project's own.
pub const DIALOGUES: &str = include_str!("../../data/dialogues_zh.tsv");

const CITIES: [&str; 20] = [
    "北京",
    "上海",
    "广州",
    "深圳",
    "杭州",
    "成都",
    "武汉",
    "西安",
    "南京",
    "重庆",
    "天津",
    "苏州",
    "长沙",
    "青岛",
    "厦门",
    "大连",
    "昆明",
    "哈尔滨",
    "福州",
    "郑州",
];
const GOODS: [(&str, &str); 20] = [
    ("羊毛大衣", "wool coat"),
    ("蓝牙耳机", "wireless headphones"),
    ("电饭煲", "rice cooker"),
    ("登山鞋", "hiking boots"),
    ("扫地机器人", "robot vacuum"),
    ("保温杯", "thermos"),
    ("儿童座椅", "child seat"),
    ("机械键盘", "mechanical keyboard"),
    ("空气净化器", "air purifier"),
    ("行李箱", "suitcase"),
    ("咖啡机", "coffee machine"),
    ("台灯", "desk lamp"),
    ("跑步机", "treadmill"),
    ("净水器", "water filter"),
    ("羽绒被", "down duvet"),
    ("相机镜头", "camera lens"),
    ("电动牙刷", "electric toothbrush"),
    ("充电宝", "power bank"),
    ("投影仪", "projector"),
    ("婴儿车", "pushchair"),
];
const ENGLISH: [&str; 12] = [
    "Hello, my parcel has not arrived yet, can you tell me where it is?",
    "I would like to send it back and get a refund, how does that work?",
    "The box was open and one part is missing.",
    "Can I still change the delivery address before it ships?",
    "It stopped working after two days, is that covered by the warranty?",
    "You charged my card twice for the same order.",
    "Which size should I take if I am between medium and large?",
    "The coupon code is not accepted at the checkout.",
    "Please cancel the order, I found it cheaper elsewhere.",
    "Could somebody call me back this afternoon about the invoice?",
    "The tracking page says delivered but nothing came to my door.",
    "Thank you, that solved it, have a nice day!",
];
/// Words nobody wrote.
const ABSENT: [&str; 4] = ["犀牛牌照", "zeppelin", "量子玻璃", "ZY-000000-0"];

/// Numbers that follow from a seed; good enough for texts.
#[derive(Debug, Clone)]
pub struct Dice {
    state: u64,
}

impl Dice {
    /// The numbers of one seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number (splitmix64).
    pub fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// Makes the texts of messages and searches.
pub struct Texts {
    lines: Vec<&'static str>,
}

impl Texts {
    /// Reads the dialogues.
    pub fn new() -> Self {
        let text = |line: &'static str| line.split('\t').nth(3);
        Self {
            lines: DIALOGUES.lines().skip(1).filter_map(text).collect(),
        }
    }

    /// What a customer writes: two of three in Chinese, one in English.
    pub fn message(&self, dice: &mut Dice) -> String {
        let (goods, goods_en) = dice.pick(&GOODS);
        let order = order_number(dice);
        if dice.below(3) == 0 {
            let line = dice.pick(&ENGLISH);
            format!("{line} It is about the {goods_en}, order {order}.")
        } else {
            let (first, second) = (dice.pick(&self.lines), dice.pick(&self.lines));
            let city = dice.pick(&CITIES);
            format!("{first}，{second}。{city}的订单{order}，{goods}")
        }
    }

    /// What an agent types into the search: words of one to four characters out of what
    /// customers wrote, goods, order numbers, English words, and words nobody wrote.
    pub fn search(&self, dice: &mut Dice) -> String {
        match dice.below(8) {
            0..=2 => self.piece(dice),
            3 => dice.pick(&GOODS).0.to_owned(),
            4 => dice.pick(&GOODS).1.to_owned(),
            5 => order_number(dice),
            6 => format!("{} {}", dice.pick(&CITIES), self.piece(dice)),
            _ => (*dice.pick(&ABSENT)).to_owned(),
        }
    }

    /// One to four characters in a row out of a line.
    fn piece(&self, dice: &mut Dice) -> String {
        let line: Vec<char> = dice.pick(&self.lines).chars().collect();
        let length = (1 + dice.below(4)).min(line.len());
        let start = dice.below(line.len() - length + 1);
        let piece: String = line[start..start + length].iter().collect();
        if piece.chars().any(char::is_alphanumeric) {
            piece
        } else {
            "退款".to_owned()
        }
    }
}

fn order_number(dice: &mut Dice) -> String {
    format!("ZY-{:06}", dice.below(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_texts() {
        let texts = Texts::new();
        assert!(texts.lines.len() > 500);
        let make = |seed| {
            let mut dice = Dice::new(seed);
            (0..50)
                .map(|_| texts.message(&mut dice) + &texts.search(&mut dice))
                .collect::<Vec<_>>()
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
    }
}
