package io.balsa.raft.core;

import io.balsa.raft.cluster.ChangeRefusal;
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

    /**
     * This server, which leads, may serve the read from its lease: whoever has applied {@code index} may, if it is not yet
     * {@code untilNanos} after the state machine was read. Else it asks again, without the lease.
     *
     * @param read the {@link Input.ReadRequested#read}
     * @param untilNanos on the clock of {@link Input.TimePassed#nowNanos}
     */
    record LeaseReady(long read, long index, long untilNanos) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onLeaseReady(this);
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

    /**
     * The change is committed, and the joint phase, if there was one, is over.
     *
     * @param request the {@link Input.ChangeRequested#request}
     * @param index where in the log the membership stands
     */
    record ChangeDone(long request, Membership membership, long index) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onChangeDone(this);
        }
    }

    /**
     * Nothing was changed, or not what was asked for.
     *
     * @param request the {@link Input.ChangeRequested#request} or {@link Input.TransferRequested#request}
     */
    record ChangeRefused(long request, ChangeRefusal reason) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onChangeRefused(this);
        }
    }

    /**
     * This server has lost its leadership before it learned what became of the change.
     *
     * @param request the {@link Input.ChangeRequested#request}
     */
    record ChangeUnknown(long request) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onChangeUnknown(this);
        }
    }

    /**
     * Another server leads.
     *
     * @param request the {@link Input.TransferRequested#request}
     * @param leader who; not necessarily who was wanted
     */
    record TransferDone(long request, NodeId leader) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onTransferDone(this);
        }
    }

    /**
     * A server that was heard before was not heard for long, or is heard again. Told by the leader.
     *
     * @param silent whether it is silent now
     * @param forNanos how long ago it was heard
     */
    record PeerSilence(NodeId peer, boolean silent, long forNanos) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onPeerSilence(this);
        }
    }

    /**
     * A member has come back with another store than the cluster knows: it has forgotten what it voted and acknowledged.
     * Told by the leader, which takes its vote away until it has caught up.
     */
    record StoreLost(NodeId peer, long knownStoreId, long storeId) implements Notice {
        @Override
        public void dispatch(Handler handler) {
            handler.onStoreLost(this);
        }
    }

    /** Why a request was not taken. */
    enum Refusal {
        /** This server does not lead; whether it knows who does stands in {@link Ready#leader}. */
        NOT_LEADER,
        /** Too many bytes wait to be committed. */
        OVERLOADED,
        /** The leader's disk is full. */
        DISK_FULL,
        /** The leadership is being handed over. */
        TRANSFER_IN_PROGRESS,
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

        /** See {@link LeaseReady}. */
        void onLeaseReady(LeaseReady notice);

        /** See {@link ChangeDone}. */
        void onChangeDone(ChangeDone notice);

        /** See {@link ChangeRefused}. */
        void onChangeRefused(ChangeRefused notice);

        /** See {@link ChangeUnknown}. */
        void onChangeUnknown(ChangeUnknown notice);

        /** See {@link TransferDone}. */
        void onTransferDone(TransferDone notice);

        /** See {@link PeerSilence}. */
        void onPeerSilence(PeerSilence notice);

        /** See {@link StoreLost}. */
        void onStoreLost(StoreLost notice);
    }
}
