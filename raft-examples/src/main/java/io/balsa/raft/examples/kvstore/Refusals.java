package io.balsa.raft.examples.kvstore;

import io.balsa.raft.ChangeRefusedException;
import io.balsa.raft.cluster.ChangeRefusal;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says to operators why something was refused, and what to do about it. */
final class Refusals {

    private Refusals() {}

    /** 409 with the reason, for programs, and a sentence, for people. */
    static Reply reply(ChangeRefusedException refused) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("reason", refused.reason().name());
        Throwable cause = refused.getCause();
        String more = cause == null || cause.getMessage() == null ? "" : ": " + cause.getMessage();
        json.put("error", sentence(refused.reason()) + more);
        return Reply.json(409, json);
    }

    static String sentence(ChangeRefusal reason) {
        return switch (reason) {
            case NOT_LEADER -> "this server does not lead";
            case NOT_READY -> "the leader is new and not ready yet; try again in a moment";
            case CHANGE_IN_PROGRESS -> "another change of the membership is under way; try again when it is done";
            case TRANSFER_IN_PROGRESS -> "the leadership is being transferred; try again in a moment";
            case MEMBERSHIP_HAS_CHANGED ->
                "the membership is no longer the one that was expected; look at it again before changing it";
            case ALREADY_A_MEMBER -> "there is a member with this id already";
            case NOT_A_MEMBER -> "there is no member with this id";
            case ALREADY_A_VOTER -> "the server votes already";
            case NOT_A_VOTER -> "the server has no vote";
            case ADDRESS_IN_USE -> "another member has this address";
            case LAST_VOTER -> "nobody would be left to vote";
            case QUORUM_LOST ->
                "too few voters would be left that still have their disks; let those that lost theirs catch up, or remove them, first";
            case TOO_MANY_MEMBERS -> "there would be too many members";
            case NOTHING_TO_CHANGE -> "the membership is like that already";
            case LAGS -> "the server lacks too much of the log; wait until it has caught up";
            case CATCH_UP_TIMED_OUT ->
                "the server did not catch up in time and has stayed a learner: see that it runs, then promote it";
            case ALREADY_LEADS -> "the server leads already";
            case NO_SUCCESSOR -> "there is no other voter to whom the leadership could go";
            case TRANSFER_TIMED_OUT -> "the other server did not take over in time; the leader goes on leading";
            case SNAPSHOT_IN_PROGRESS -> "a snapshot is being taken or installed; try again when it is done";
            case NO_SNAPSHOTS -> "this server takes no snapshots";
            case NOTHING_TO_SNAPSHOT -> "there is nothing to take a snapshot of, or no snapshot to export yet";
            case SNAPSHOT_FAILED -> "the snapshot could not be read or written";
        };
    }
}
