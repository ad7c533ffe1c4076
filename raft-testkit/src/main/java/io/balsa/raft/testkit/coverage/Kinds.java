package io.balsa.raft.testkit.coverage;

import io.balsa.raft.cluster.ChangeRefusal;
import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.core.Input;
import io.balsa.raft.core.Notice;

/** Sees the marks of inputs, notices and roles. A kind that is added to them does not compile until it has a mark. */
final class Kinds implements Input.Handler, Notice.Handler {

    private final Coverage coverage;

    Kinds(Coverage coverage) {
        this.coverage = coverage;
    }

    void onRole(RaftRole role) {
        coverage.see(
                switch (role) {
                    case FOLLOWER -> Mark.ROLE_FOLLOWER;
                    case PRE_CANDIDATE -> Mark.ROLE_PRE_CANDIDATE;
                    case CANDIDATE -> Mark.ROLE_CANDIDATE;
                    case LEADER -> Mark.ROLE_LEADER;
                    case LEARNER -> Mark.ROLE_LEARNER;
                });
    }

    private void onRefusal(Notice.Refusal refusal) {
        coverage.see(
                switch (refusal) {
                    case NOT_LEADER -> Mark.REFUSAL_NOT_LEADER;
                    case OVERLOADED -> Mark.REFUSAL_OVERLOADED;
                    case DISK_FULL -> Mark.REFUSAL_DISK_FULL;
                    case TRANSFER_IN_PROGRESS -> Mark.REFUSAL_TRANSFER_IN_PROGRESS;
                    case TIMED_OUT -> Mark.REFUSAL_TIMED_OUT;
                });
    }

    /** A change, a transfer or a snapshot was refused. */
    void onRefusal(ChangeRefusal refusal) {
        coverage.see(
                switch (refusal) {
                    case NOT_LEADER -> Mark.CHANGE_REFUSAL_NOT_LEADER;
                    case NOT_READY -> Mark.CHANGE_REFUSAL_NOT_READY;
                    case CHANGE_IN_PROGRESS -> Mark.CHANGE_REFUSAL_CHANGE_IN_PROGRESS;
                    case TRANSFER_IN_PROGRESS -> Mark.CHANGE_REFUSAL_TRANSFER_IN_PROGRESS;
                    case MEMBERSHIP_HAS_CHANGED -> Mark.CHANGE_REFUSAL_MEMBERSHIP_HAS_CHANGED;
                    case ALREADY_A_MEMBER -> Mark.CHANGE_REFUSAL_ALREADY_A_MEMBER;
                    case NOT_A_MEMBER -> Mark.CHANGE_REFUSAL_NOT_A_MEMBER;
                    case ALREADY_A_VOTER -> Mark.CHANGE_REFUSAL_ALREADY_A_VOTER;
                    case NOT_A_VOTER -> Mark.CHANGE_REFUSAL_NOT_A_VOTER;
                    case ADDRESS_IN_USE -> Mark.CHANGE_REFUSAL_ADDRESS_IN_USE;
                    case LAST_VOTER -> Mark.CHANGE_REFUSAL_LAST_VOTER;
                    case QUORUM_LOST -> Mark.CHANGE_REFUSAL_QUORUM_LOST;
                    case TOO_MANY_MEMBERS -> Mark.CHANGE_REFUSAL_TOO_MANY_MEMBERS;
                    case NOTHING_TO_CHANGE -> Mark.CHANGE_REFUSAL_NOTHING_TO_CHANGE;
                    case LAGS -> Mark.CHANGE_REFUSAL_LAGS;
                    case CATCH_UP_TIMED_OUT -> Mark.CHANGE_REFUSAL_CATCH_UP_TIMED_OUT;
                    case ALREADY_LEADS -> Mark.CHANGE_REFUSAL_ALREADY_LEADS;
                    case NO_SUCCESSOR -> Mark.CHANGE_REFUSAL_NO_SUCCESSOR;
                    case TRANSFER_TIMED_OUT -> Mark.CHANGE_REFUSAL_TRANSFER_TIMED_OUT;
                    case SNAPSHOT_IN_PROGRESS -> Mark.CHANGE_REFUSAL_SNAPSHOT_IN_PROGRESS;
                    case NO_SNAPSHOTS -> Mark.CHANGE_REFUSAL_NO_SNAPSHOTS;
                    case NOTHING_TO_SNAPSHOT -> Mark.CHANGE_REFUSAL_NOTHING_TO_SNAPSHOT;
                    case SNAPSHOT_FAILED -> Mark.CHANGE_REFUSAL_SNAPSHOT_FAILED;
                });
    }

    @Override
    public void onTimePassed(Input.TimePassed input) {
        coverage.see(Mark.INPUT_TIME_PASSED);
    }

    @Override
    public void onReceived(Input.Received input) {
        coverage.see(Mark.INPUT_RECEIVED);
    }

    @Override
    public void onProposed(Input.Proposed input) {
        coverage.see(Mark.INPUT_PROPOSED);
    }

    @Override
    public void onReadRequested(Input.ReadRequested input) {
        coverage.see(Mark.INPUT_READ_REQUESTED);
    }

    @Override
    public void onPersisted(Input.Persisted input) {
        coverage.see(Mark.INPUT_PERSISTED);
    }

    @Override
    public void onRoomChanged(Input.RoomChanged input) {
        coverage.see(Mark.INPUT_ROOM_CHANGED);
    }

    @Override
    public void onLoaded(Input.Loaded input) {
        coverage.see(Mark.INPUT_LOADED);
    }

    @Override
    public void onUnreachable(Input.Unreachable input) {
        coverage.see(Mark.INPUT_UNREACHABLE);
    }

    @Override
    public void onPieceLoaded(Input.PieceLoaded input) {
        coverage.see(Mark.INPUT_PIECE_LOADED);
    }

    @Override
    public void onPieceStored(Input.PieceStored input) {
        coverage.see(Mark.INPUT_PIECE_STORED);
    }

    @Override
    public void onSnapshotReceived(Input.SnapshotReceived input) {
        coverage.see(Mark.INPUT_SNAPSHOT_RECEIVED);
    }

    @Override
    public void onSnapshotTaken(Input.SnapshotTaken input) {
        coverage.see(Mark.INPUT_SNAPSHOT_TAKEN);
    }

    @Override
    public void onChangeRequested(Input.ChangeRequested input) {
        coverage.see(Mark.INPUT_CHANGE_REQUESTED);
    }

    @Override
    public void onTransferRequested(Input.TransferRequested input) {
        coverage.see(Mark.INPUT_TRANSFER_REQUESTED);
    }

    @Override
    public void onPreVoteSwitched(Input.PreVoteSwitched input) {
        coverage.see(Mark.INPUT_PRE_VOTE_SWITCHED);
    }

    @Override
    public void onAppended(Notice.Appended notice) {
        coverage.see(Mark.NOTICE_APPENDED);
    }

    @Override
    public void onProposalsRefused(Notice.ProposalsRefused notice) {
        coverage.see(Mark.NOTICE_PROPOSALS_REFUSED);
        onRefusal(notice.reason());
    }

    @Override
    public void onReadReady(Notice.ReadReady notice) {
        coverage.see(Mark.NOTICE_READ_READY);
    }

    @Override
    public void onReadFailed(Notice.ReadFailed notice) {
        coverage.see(Mark.NOTICE_READ_FAILED);
        onRefusal(notice.reason());
    }

    @Override
    public void onRoleChanged(Notice.RoleChanged notice) {
        coverage.see(Mark.NOTICE_ROLE_CHANGED);
        onRole(notice.role());
    }

    @Override
    public void onMembershipChanged(Notice.MembershipChanged notice) {
        coverage.see(Mark.NOTICE_MEMBERSHIP_CHANGED);
    }

    @Override
    public void onLeaseReady(Notice.LeaseReady notice) {
        coverage.see(Mark.NOTICE_LEASE_READY);
    }

    @Override
    public void onChangeDone(Notice.ChangeDone notice) {
        coverage.see(Mark.NOTICE_CHANGE_DONE);
    }

    @Override
    public void onChangeRefused(Notice.ChangeRefused notice) {
        coverage.see(Mark.NOTICE_CHANGE_REFUSED);
        onRefusal(notice.reason());
    }

    @Override
    public void onChangeUnknown(Notice.ChangeUnknown notice) {
        coverage.see(Mark.NOTICE_CHANGE_UNKNOWN);
    }

    @Override
    public void onTransferDone(Notice.TransferDone notice) {
        coverage.see(Mark.NOTICE_TRANSFER_DONE);
    }

    @Override
    public void onPeerSilence(Notice.PeerSilence notice) {
        coverage.see(Mark.NOTICE_PEER_SILENCE);
    }

    @Override
    public void onStoreLost(Notice.StoreLost notice) {
        coverage.see(Mark.NOTICE_STORE_LOST);
    }
}
