package io.balsa.raft.testkit.coverage;

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
                    case TIMED_OUT -> Mark.REFUSAL_TIMED_OUT;
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
    public void onLoaded(Input.Loaded input) {
        coverage.see(Mark.INPUT_LOADED);
    }

    @Override
    public void onUnreachable(Input.Unreachable input) {
        coverage.see(Mark.INPUT_UNREACHABLE);
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
}
