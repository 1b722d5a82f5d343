//! From a list of the SDK to a sink: rooms, timelines, and whatever else is a list.

use std::{collections::HashMap, pin::pin, time::Duration};

use eyeball_im::VectorDiff;
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, sleep, timeout_at};

use super::{Diff, ListUpdate, Sink};

/// How a stream is cut into messages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// How long a burst is gathered before it is sent; the first batch never waits.
    pub(crate) gather: Duration,
    /// How many items the first message carries at most: a screenful is there before the rest has been made.
    pub(crate) first: usize,
    /// How long the rest waits, so that making it does not hold up the drawing of what is there.
    pub(crate) drawn: Duration,
    /// How many each later one carries at most.
    pub(crate) items: usize,
}

impl Pace {
    /// Batches go out as they come, whole.
    pub(crate) const AS_IT_COMES: Self =
        Self { gather: Duration::ZERO, first: usize::MAX, drawn: Duration::ZERO, items: usize::MAX };
}

/// Sends a list's stream on, each item through `map`, until the stream ends or nobody listens.
/// The first message always starts with a reset. Streams that borrow must be made in the task that
/// calls this.
pub(crate) async fn forward<A, B, Fut>(
    stream: impl Stream<Item = Vec<VectorDiff<A>>> + Send,
    pace: Pace,
    mut map: impl FnMut(A) -> Fut + Send,
    sink: &impl Sink<ListUpdate<B>>,
) where
    A: Clone + Send + Sync,
    B: Send,
    Fut: Future<Output = B> + Send,
{
    let mut stream = pin!(stream);
    let mut out = Outbox { sink, seq: 0, diffs: Vec::new(), room: pace.first, drawn: pace.drawn, limit: pace.items };
    let mut ended = false;
    let mut first = true;

    while !ended {
        let Some(mut batch) = stream.next().await else { return };
        if first {
            if !matches!(batch.first(), Some(VectorDiff::Reset { .. })) {
                out.diffs.push(Diff::Reset { values: Vec::new() });
            }
            first = false;
        } else if !pace.gather.is_zero() {
            let until = Instant::now() + pace.gather;
            while let Ok(more) = timeout_at(until, stream.next()).await {
                match more {
                    Some(more) => batch.extend(more),
                    None => {
                        ended = true;
                        break;
                    }
                }
            }
        }

        for diff in compact(batch) {
            if !out.put(diff, &mut map).await {
                return;
            }
        }
        if !out.flush() {
            return;
        }
    }
}

/// Drops what a burst makes superfluous: all before its last reset, and all but the last of several
/// new values for one place.
fn compact<A: Clone>(mut batch: Vec<VectorDiff<A>>) -> Vec<VectorDiff<A>> {
    if let Some(last) = batch.iter().rposition(|diff| matches!(diff, VectorDiff::Reset { .. })) {
        batch.drain(..last);
    }
    let mut kept: Vec<VectorDiff<A>> = Vec::with_capacity(batch.len());
    // Where in `kept` the new value for a place stands. Forgotten as soon as places shift.
    let mut set: HashMap<usize, usize> = HashMap::new();
    for diff in batch {
        if let VectorDiff::Set { index, .. } = &diff {
            if let Some(at) = set.get(index) {
                kept[*at] = diff;
                continue;
            }
            set.insert(*index, kept.len());
        } else {
            set.clear();
        }
        kept.push(diff);
    }
    kept
}

/// Collects the diffs of one message.
struct Outbox<'a, B, S> {
    sink: &'a S,
    seq: u32,
    diffs: Vec<Diff<B>>,
    /// How many items still fit into this message.
    room: usize,
    drawn: Duration,
    limit: usize,
}

impl<B: Send, S: Sink<ListUpdate<B>>> Outbox<'_, B, S> {
    /// False once nobody listens.
    async fn put<A, Fut>(&mut self, diff: VectorDiff<A>, map: &mut (impl FnMut(A) -> Fut + Send)) -> bool
    where
        A: Clone + Send + Sync,
        Fut: Future<Output = B> + Send,
    {
        let at = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let diff = match diff {
            VectorDiff::Reset { values } => return self.put_many(values, true, map).await,
            VectorDiff::Append { values } => return self.put_many(values, false, map).await,
            VectorDiff::PushFront { value } => Diff::PushFront { value: map(value).await },
            VectorDiff::PushBack { value } => Diff::PushBack { value: map(value).await },
            VectorDiff::Insert { index, value } => Diff::Insert { index: at(index), value: map(value).await },
            VectorDiff::Set { index, value } => Diff::Set { index: at(index), value: map(value).await },
            VectorDiff::Remove { index } => Diff::Remove { index: at(index) },
            VectorDiff::PopFront => Diff::PopFront,
            VectorDiff::PopBack => Diff::PopBack,
            VectorDiff::Truncate { length } => Diff::Truncate { length: at(length) },
            VectorDiff::Clear => Diff::Clear,
        };
        self.diffs.push(diff);
        true
    }

    async fn put_many<A, Fut>(
        &mut self,
        values: impl IntoIterator<Item = A, IntoIter: Send> + Send,
        mut reset: bool,
        map: &mut (impl FnMut(A) -> Fut + Send),
    ) -> bool
    where
        A: Send,
        Fut: Future<Output = B> + Send,
    {
        let mut values = values.into_iter();
        loop {
            let mut piece = Vec::new();
            while piece.len() < self.room {
                let Some(value) = values.next() else { break };
                piece.push(map(value).await);
            }
            let full = piece.len() == self.room;
            self.room -= piece.len();
            if reset {
                self.diffs.push(Diff::Reset { values: piece });
                reset = false;
            } else if !piece.is_empty() {
                self.diffs.push(Diff::Append { values: piece });
            }
            if !full {
                return true;
            }
            let first = self.seq == 0;
            if !self.flush() {
                return false;
            }
            if first && !self.drawn.is_zero() {
                sleep(self.drawn).await;
            }
        }
    }

    /// Sends what was collected. False once nobody listens.
    fn flush(&mut self) -> bool {
        self.room = self.limit;
        if self.diffs.is_empty() {
            return true;
        }
        let update = ListUpdate { seq: self.seq, diffs: std::mem::take(&mut self.diffs) };
        self.seq = self.seq.wrapping_add(1);
        tracing::debug_span!("batch", seq = update.seq, diffs = update.diffs.len()).in_scope(|| self.sink.send(update))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    };

    use eyeball_im::{ObservableVector, Vector};
    use futures_util::stream;

    use super::{super::apply, *};

    type Sent = Arc<Mutex<Vec<ListUpdate<String>>>>;

    fn sink() -> (Sent, impl Sink<ListUpdate<String>>) {
        let sent = Sent::default();
        let into = Arc::clone(&sent);
        (sent, move |update| {
            into.lock().unwrap().push(update);
            true
        })
    }

    async fn word(number: u32) -> String {
        number.to_string()
    }

    fn list(sent: &Sent) -> Vec<String> {
        let mut list = Vec::new();
        for (seq, update) in sent.lock().unwrap().iter().enumerate() {
            assert_eq!(usize::try_from(update.seq).unwrap(), seq, "a gap in the numbers");
            apply(&mut list, update.diffs.clone()).unwrap();
        }
        list
    }

    #[tokio::test]
    async fn starts_with_a_reset_whatever_comes() {
        let (sent, sink) = sink();
        forward(stream::iter(vec![vec![VectorDiff::PushBack { value: 1 }]]), Pace::AS_IT_COMES, word, &sink).await;
        let sent = sent.lock().unwrap();
        assert_eq!(sent[0].seq, 0);
        assert_eq!(sent[0].diffs[0], Diff::Reset { values: vec![] });
        assert_eq!(sent[0].diffs[1], Diff::PushBack { value: "1".to_owned() });
    }

    #[tokio::test]
    async fn a_long_list_comes_in_pieces() {
        for length in [1_u32, 4, 5, 6, 10, 11] {
            let (sent, sink) = sink();
            let batches = vec![
                vec![VectorDiff::Reset { values: (0..length).collect() }],
                vec![VectorDiff::Append { values: (0..length).collect() }, VectorDiff::PopFront],
            ];
            forward(
                stream::iter(batches),
                Pace { gather: Duration::ZERO, first: 3, drawn: Duration::ZERO, items: 5 },
                word,
                &sink,
            )
            .await;
            let expected: Vec<String> = (0..length).chain(0..length).skip(1).map(|n| n.to_string()).collect();
            assert_eq!(list(&sent), expected);
            for (number, update) in sent.lock().unwrap().iter().enumerate() {
                let items: usize = update
                    .diffs
                    .iter()
                    .map(|diff| match diff {
                        Diff::Reset { values } | Diff::Append { values } => values.len(),
                        _ => 0,
                    })
                    .sum();
                assert!(items <= if number == 0 { 3 } else { 5 });
            }
        }
    }

    #[tokio::test]
    async fn gathers_a_burst() {
        let (sent, sink) = sink();
        let mut source = ObservableVector::<u32>::new();
        source.append((0..3).collect());
        let (values, changes) = source.subscribe().into_values_and_batched_stream();
        let stream = stream::once(async { vec![VectorDiff::Reset { values }] }).chain(changes);
        let made = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&made);
        let pace = Pace { gather: Duration::from_millis(60), first: 100, drawn: Duration::ZERO, items: 100 };
        let task = tokio::spawn(async move {
            let map = move |number| {
                counter.fetch_add(1, Ordering::Relaxed);
                word(number)
            };
            forward(stream, pace, map, &sink).await;
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        for number in 10..60 {
            source.set(1, number);
            tokio::task::yield_now().await;
        }
        source.push_back(7);
        drop(source);
        task.await.unwrap();
        assert_eq!(list(&sent), ["0", "59", "2", "7"]);
        assert_eq!(sent.lock().unwrap().len(), 2, "a reset, then one gathered message");
        assert!(made.load(Ordering::Relaxed) < 10, "superfluous values are not made");
    }

    #[tokio::test]
    async fn ends_when_nobody_listens() {
        let heard = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&heard);
        let sink = move |_: ListUpdate<String>| {
            counter.fetch_add(1, Ordering::Relaxed);
            false
        };
        let endless = stream::repeat(vec![VectorDiff::PushBack { value: 1_u32 }]);
        forward(endless, Pace::AS_IT_COMES, word, &sink).await;
        assert_eq!(heard.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn compacting_keeps_the_meaning() {
        let set = |index, value| VectorDiff::Set { index, value };
        let batch = vec![
            VectorDiff::PushBack { value: 9 },
            VectorDiff::Reset { values: Vector::from_iter([1, 2, 3]) },
            set(0, 4),
            set(1, 5),
            set(0, 6),
            VectorDiff::PushFront { value: 7 },
            set(0, 8),
            set(0, 9),
        ];
        let kept = compact(batch.clone());
        assert_eq!(kept.len(), 5);
        let (mut plain, mut compacted) = (Vector::new(), Vector::new());
        batch.into_iter().for_each(|diff| diff.apply(&mut plain));
        kept.into_iter().for_each(|diff| diff.apply(&mut compacted));
        assert_eq!(plain, compacted);
    }
}
