//! The texts of a search as a tree: each knows what the language makes of it, and is told from all others by its number.

use super::beam::{Guess, Weights};
use super::language::{CaseState, Contexts, History, Language, WordHash};
use super::network::{CHARACTERS, STRUCK};

/// The empty text.
pub(super) const ROOT: usize = 0;
/// The last character of the empty text.
pub(super) const NO_CLASS: usize = 0;
/// No child, no sibling.
const NONE: u32 = u32::MAX;

/// The letters at the end of a text.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    hash: WordHash,
    n: u32,
    /// It begins after a digit: part of a postcode or a dose.
    after_digit: bool,
}

#[derive(Clone, Debug)]
struct Prefix {
    parent: u32,
    class: u32,
    first_child: u32,
    next_sibling: u32,
    /// The frame in which it has an entry, and which.
    frame: u32,
    slot: u32,
    history: History,
    contexts: Option<Contexts>,
    case: CaseState,
    /// The last character but spaces ends a sentence.
    sentence: bool,
    word: Word,
    language: f32,
    n_unknown: u32,
    /// The grammar has no such text.
    barred: bool,
}

/// All texts that were looked at.
#[derive(Debug)]
pub(super) struct Prefixes<'a> {
    model: Option<&'a Language>,
    weights: Weights,
    grammar: Option<fn(&str) -> bool>,
    characters: Vec<char>,
    all: Vec<Prefix>,
    frame: u32,
}

impl<'a> Prefixes<'a> {
    pub(super) fn new(
        model: Option<&'a Language>,
        weights: Weights,
        grammar: Option<fn(&str) -> bool>,
    ) -> Self {
        let root = Prefix {
            parent: NONE,
            class: NO_CLASS as u32,
            first_child: NONE,
            next_sibling: NONE,
            frame: 0,
            slot: 0,
            history: Language::of_program().start(),
            contexts: None,
            case: CaseState::Sentence,
            sentence: true,
            word: Word::default(),
            language: 0.0,
            n_unknown: 0,
            barred: false,
        };
        let characters = CHARACTERS.chars().collect();
        Self {
            model,
            weights,
            grammar,
            characters,
            all: vec![root],
            frame: 0,
        }
    }

    pub(super) const fn begin_frame(&mut self) {
        self.frame += 1;
    }

    pub(super) fn last(&self, prefix: usize) -> usize {
        self.all[prefix].class as usize
    }

    pub(super) fn language(&self, prefix: usize) -> f32 {
        self.all[prefix].language
    }

    /// The entry of a text in this frame; if it has none, `new` is its entry from now on.
    pub(super) fn place_in_frame(&mut self, prefix: usize, new: usize) -> Option<usize> {
        let prefix = &mut self.all[prefix];
        if prefix.frame == self.frame {
            return Some(prefix.slot as usize);
        }
        (prefix.frame, prefix.slot) = (self.frame, new as u32);
        None
    }

    /// The text with one more character; nothing when the grammar bars it.
    pub(super) fn longer(&mut self, prefix: usize, class: usize) -> Option<usize> {
        let mut child = self.all[prefix].first_child;
        while child != NONE {
            let known = &self.all[child as usize];
            if known.class == class as u32 {
                return (!known.barred).then_some(child as usize);
            }
            child = known.next_sibling;
        }
        let mut new = self.written(prefix, class);
        new.barred = self.bars(prefix, class);
        new.next_sibling = self.all[prefix].first_child;
        let is_barred = new.barred;
        self.all[prefix].first_child = self.all.len() as u32;
        self.all.push(new);
        (!is_barred).then(|| self.all.len() - 1)
    }

    fn bars(&self, prefix: usize, class: usize) -> bool {
        self.grammar.is_some_and(|may_stand| {
            let mut classes = self.classes(prefix);
            classes.push(class);
            let text: String = classes.iter().map(|c| self.characters[c - 1]).collect();
            !may_stand(&text)
        })
    }

    fn classes(&self, prefix: usize) -> Vec<usize> {
        let mut classes = Vec::new();
        let mut at = prefix;
        while at != ROOT {
            classes.push(self.all[at].class as usize);
            at = self.all[at].parent as usize;
        }
        classes.reverse();
        classes
    }

    fn written(&mut self, parent: usize, class: usize) -> Prefix {
        let character = self.characters[class - 1];
        let before = &mut self.all[parent];
        let mut new = Prefix {
            parent: parent as u32,
            class: class as u32,
            first_child: NONE,
            frame: 0,
            contexts: None,
            ..before.clone()
        };
        let Some(model) = self.model else {
            return new;
        };
        if character == STRUCK {
            new.language += self.weights.struck;
            (new.word, new.history) = (Word::default(), model.start());
            return new;
        }
        let letter = u8::try_from(character).unwrap_or(b'?');
        let sign = model.sign(class);
        let contexts = *before
            .contexts
            .get_or_insert_with(|| model.contexts(before.history));
        new.language += self.weights.language * model.score(&contexts, sign) + self.weights.length;
        new.history = before.history.then(sign);
        if letter.is_ascii_alphabetic() {
            new.language += self.weights.capitals * model.case_score(before.case, letter);
            new.word.hash = before.word.hash.then(letter);
            new.word.n += 1;
        } else {
            if !letter.is_ascii_digit() {
                finish(&mut new, model, self.weights.unknown);
            }
            new.word = Word {
                after_digit: letter.is_ascii_digit(),
                ..Word::default()
            };
        }
        if letter != b' ' {
            new.sentence = matches!(letter, b'.' | b'!' | b'?');
        }
        new.case = case_after(&new, before.case, before.word.n, letter);
        new
    }

    /// A text as it stands at the end of the line.
    pub(super) fn guess(&self, prefix: usize, network: f32) -> Guess {
        let mut end = self.all[prefix].clone();
        if let Some(model) = self.model {
            finish(&mut end, model, self.weights.unknown);
        }
        Guess {
            classes: self.classes(prefix),
            network,
            language: end.language,
            n_unknown: end.n_unknown as usize,
        }
    }
}

/// The word at the end of a text is over. One letter alone is no word to be known, nor is a part of a postcode.
fn finish(prefix: &mut Prefix, model: &Language, unknown: f32) {
    let word = prefix.word;
    if word.n > 1 && !word.after_digit && !model.knows(word.hash) {
        prefix.language += unknown;
        prefix.n_unknown += 1;
    }
}

/// What stands before the next letter, after `letter`; `case` is what stood before that, `n` letters of its word.
const fn case_after(text: &Prefix, case: CaseState, n: u32, letter: u8) -> CaseState {
    match letter {
        b'a'..=b'z' => CaseState::Small,
        b'A'..=b'Z' if n > 0 && matches!(case, CaseState::Capital | CaseState::Capitals) => {
            CaseState::Capitals
        }
        b'A'..=b'Z' => CaseState::Capital,
        b' ' if text.sentence => CaseState::Sentence,
        b' ' if matches!(case, CaseState::Capitals) => CaseState::AfterCapitals,
        b' ' => CaseState::Word,
        _ => CaseState::Other,
    }
}
