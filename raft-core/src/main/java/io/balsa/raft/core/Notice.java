package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.cluster.RaftRole;
import java.util.Optional;

/** Something that the runtime wants to know, because somebody waits for it or watches. */
public sealed interface Notice {

    /** Calls the one method of {@code handler} that is meant for this kind of notice. */
    void dispatch(Handler handler);

    /**
     * The first {@code count} commands of a batch are in the log.
     *
     * @param batch the {@link Input.Proposed#batch}
     * @param firstIndex index of the first of them; they follow one another
     * @param term of all of them
     */
    record Appended(long batch, long firstIndex, long term, int count) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onAppended(this);
        }
    }

    /**
     * The commands of a batch from the one at {@code from} (counted from 0) on were not taken.
     *
     * @param batch the {@link Input.Proposed#batch}
     */
    record ProposalsRefused(long batch, int from, Refusal reason) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onProposalsRefused(this);
        }
    }

    /**
     * Whoever has applied {@code index} may serve the read.
     *
     * @param read the {@link Input.ReadRequested#read}
     */
    record ReadReady(long read, long index) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onReadReady(this);
        }
    }

    /**
     * The read cannot be served.
     *
     * @param read the {@link Input.ReadRequested#read}
     */
    record ReadFailed(long read, Refusal reason) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onReadFailed(this);
        }
    }

    /** The server has another role, another term or another leader than before. */
    record RoleChanged(RaftRole role, long term, Optional<NodeId> leader) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onRoleChanged(this);
        }
    }

    /**
     * Another membership is in effect, because its entry was appended or a later one was dropped.
     *
     * @param index where in the log it stands
     */
    record MembershipChanged(Membership membership, long index) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onMembershipChanged(this);
        }
    }

    /** Why a request was not taken. */
    enum Refusal {
        /** This server does not lead; whether it knows who does stands in {@link Ready#leader}. */
        NOT_LEADER,
        /** Too many bytes wait to be committed. */
        OVERLOADED,
        /** The leader did not answer in time. */
        TIMED_OUT
    }

    /** One method for each kind of notice. */
    interface Handler {
        /** See {@link Appended}. */
        void onAppended(Appended notice);

        /** See {@link ProposalsRefused}. */
        void onProposalsRefused(ProposalsRefused notice);

        /** See {@link ReadReady}. */
        void onReadReady(ReadReady notice);

        /** See {@link ReadFailed}. */
        void onReadFailed(ReadFailed notice);

        /** See {@link RoleChanged}. */
        void onRoleChanged(RoleChanged notice);

        /** See {@link MembershipChanged}. */
        void onMembershipChanged(MembershipChanged notice);
    }
}
