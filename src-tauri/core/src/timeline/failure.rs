//! What the SDK's errors mean to the user. Their own words may hold IDs and stay out of the log.

use matrix_sdk::{
    event_cache::EventCacheError, paginators::PaginatorError, room::reply::ReplyError, send_queue::RoomSendQueueError,
};
use matrix_sdk_ui::timeline::{Error as TimelineError, PaginationError, RedactError};

use crate::{AppError, ErrorCode, network, storage::failed};

/// An error of the SDK's client, in a room.
pub(crate) fn from_sdk(error: &matrix_sdk::Error) -> AppError {
    match error {
        matrix_sdk::Error::WrongRoomState(_) => {
            AppError::caused(ErrorCode::NotAllowed, &"the room is not in the state for it")
        }
        matrix_sdk::Error::EventCache(cache) => from_cache(cache),
        _ => network::sdk_error(error),
    }
}

fn from_cache(error: &EventCacheError) -> AppError {
    match error {
        EventCacheError::PaginationError(error) => from_sdk(error),
        EventCacheError::InitialPaginationError(error) => from_paginator(error),
        EventCacheError::RoomNotFound { .. } => AppError::new(ErrorCode::RoomUnknown),
        EventCacheError::Storage(_) | EventCacheError::LockingStorage(_) => failed(error),
        _ => AppError::caused(ErrorCode::Internal, &"the event cache failed"),
    }
}

fn from_paginator(error: &PaginatorError) -> AppError {
    match error {
        PaginatorError::SdkError(error) => from_sdk(error),
        PaginatorError::EventNotFound(_) => AppError::new(ErrorCode::MessageUnknown),
        PaginatorError::InvalidPreviousState { .. } => {
            AppError::caused(ErrorCode::Internal, &"a paginator was in the wrong state")
        }
    }
}

/// An error of the send queue.
pub(super) fn from_queue(error: &RoomSendQueueError) -> AppError {
    match error {
        RoomSendQueueError::RoomNotJoined => AppError::new(ErrorCode::NotAllowed),
        RoomSendQueueError::RoomDisappeared => AppError::new(ErrorCode::RoomUnknown),
        RoomSendQueueError::StorageError(_) => failed(error),
        _ => AppError::caused(ErrorCode::Internal, &"the send queue failed"),
    }
}

/// An error of a timeline.
pub(super) fn from_timeline(error: &TimelineError) -> AppError {
    match error {
        TimelineError::EventNotInTimeline(_)
        | TimelineError::FailedToToggleReaction
        | TimelineError::RedactError(RedactError::ItemNotFound(_)) => AppError::new(ErrorCode::MessageUnknown),
        TimelineError::EventCacheError(error) | TimelineError::PaginationError(PaginationError::EventCache(error)) => {
            from_cache(error)
        }
        TimelineError::PaginationError(PaginationError::Pagination(error)) => from_paginator(error),
        TimelineError::SendQueueError(error) => from_queue(error),
        TimelineError::RedactError(RedactError::HttpError(error)) => network::http_error(error),
        TimelineError::ReplyError(ReplyError::Fetch(error)) => from_sdk(error),
        TimelineError::ReplyError(_) => AppError::new(ErrorCode::MessageUnknown),
        _ => AppError::caused(ErrorCode::Internal, &"a timeline failed"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_message_is_said_to_be_missing() {
        let missing = matrix_sdk_ui::timeline::TimelineEventItemId::TransactionId("a".into());
        assert_eq!(from_timeline(&TimelineError::EventNotInTimeline(missing)).code, ErrorCode::MessageUnknown);
        assert_eq!(from_queue(&RoomSendQueueError::RoomNotJoined).code, ErrorCode::NotAllowed);
    }
}
