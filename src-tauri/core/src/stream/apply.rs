//! What a list's diffs mean. The window does the same in TypeScript; the corpus in
//! `tests/fixtures/diffs` holds both to the same answers.

use super::Diff;

/// A diff does not fit the list it is applied to: the list is stale, subscribe anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a diff does not fit the list")]
pub struct MustResubscribe;

/// Applies diffs in order. After an error the list must not be shown any more.
pub fn apply<T>(list: &mut Vec<T>, diffs: impl IntoIterator<Item = Diff<T>>) -> Result<(), MustResubscribe> {
    for diff in diffs {
        apply_one(list, diff)?;
    }
    Ok(())
}

fn apply_one<T>(list: &mut Vec<T>, diff: Diff<T>) -> Result<(), MustResubscribe> {
    match diff {
        Diff::Reset { values } => *list = values,
        Diff::Append { values } => list.extend(values),
        Diff::PushFront { value } => list.insert(0, value),
        Diff::PushBack { value } => list.push(value),
        Diff::Insert { index, value } => {
            let index = position(index, list.len() + 1)?;
            list.insert(index, value);
        }
        Diff::Set { index, value } => {
            let index = position(index, list.len())?;
            list[index] = value;
        }
        Diff::Remove { index } => {
            let index = position(index, list.len())?;
            list.remove(index);
        }
        Diff::PopFront => {
            position(0, list.len())?;
            list.remove(0);
        }
        Diff::PopBack => {
            list.pop().ok_or(MustResubscribe)?;
        }
        Diff::Truncate { length } => list.truncate(position(length, list.len() + 1)?),
        Diff::Clear => list.clear(),
    }
    Ok(())
}

/// The index, if it is below the limit.
fn position(index: u32, limit: usize) -> Result<usize, MustResubscribe> {
    usize::try_from(index).ok().filter(|index| *index < limit).ok_or(MustResubscribe)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
