package io.balsa.raft.core;

import io.balsa.raft.cluster.MembershipChange;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.message.SnapshotBytes;
import io.balsa.raft.storage.EntryKind;
import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.SnapshotInfo;
import java.util.List;
import java.util.Optional;

/** Everything that can happen to a server. Whoever replays the same inputs gets the same run. */
public sealed interface Input {

    /** Calls the one method of {@code handler} that is meant for this kind of input. */
    void dispatch(Handler handler);

    /**
     * Time has passed. Comes before the other inputs of a moment, so that they happen at that time.
     *
     * @param nowNanos of a clock that never goes back; only differences mean anything
     */
    record TimePassed(long nowNanos) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onTimePassed(this);
        }
    }

    /** A message came in. */
    record Received(Message message) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onReceived(this);
        }
    }

    /**
     * The application proposes these commands, in this order. Answered by {@link Notice.Appended} or
     * {@link Notice.ProposalsRefused}, or both, if there is room for some of them only.
     *
     * @param batch names the batch in the answer
     * @param kind of all of them: {@link EntryKind#COMMAND} or {@link EntryKind#SESSION}
     */
    record Proposed(long batch, EntryKind kind, List<byte[]> commands) implements Input {

        /** Commands of clients that have no session. */
        public Proposed(long batch, List<byte[]> commands) {
            this(batch, EntryKind.COMMAND, commands);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.onProposed(this);
        }
    }

    /**
     * The application asks up to where it must apply before it may read. Answered by {@link Notice.ReadReady} or
     * {@link Notice.ReadFailed}.
     *
     * @param read names the request in the answer; never used before
     * @param lease whether the leader may answer from its lease, without asking anybody (section 6.4.1); then the answer
     *     may be {@link Notice.LeaseReady}
     */
    record ReadRequested(long read, boolean lease) implements Input {

        /** One that a quorum must confirm. */
        public ReadRequested(long read) {
            this(read, false);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.onReadRequested(this);
        }
    }

    /** Everything that {@link Ready} {@code number}, and all before it, wanted to be written is durable. */
    record Persisted(long number) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onPersisted(this);
        }
    }

    /**
     * The disk has become full, or there is room again. What was given to it before is not lost: it is written when there is
     * room, if there is none left for it.
     *
     * @param hasRoom whether there is room now; taken for granted before this is first told
     */
    record RoomChanged(boolean hasRoom) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onRoomChanged(this);
        }
    }

    /**
     * Old entries were read for a follower that needs them.
     *
     * @param follower whom the {@link Load.Entries} that this answers was made for
     * @param runs entries from {@link Load.Entries#fromIndex} on; empty if they could not be read
     */
    record Loaded(NodeId follower, List<EntryRun> runs) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onLoaded(this);
        }
    }

    /** The transport believes that what was lately sent to this server is lost. It may be wrong. */
    record Unreachable(NodeId peer) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onUnreachable(this);
        }
    }

    /**
     * A piece of a snapshot was read for a follower that needs it.
     *
     * @param load what this answers
     * @param data empty if the snapshot is no longer there, or cannot be read
     */
    record PieceLoaded(Load.Piece load, Optional<SnapshotBytes> data) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onPieceLoaded(this);
        }
    }

    /**
     * What became of the one piece in {@link SnapshotWork#piece}.
     *
     * @param snapshot what it is a piece of
     * @param received how much of it there is now; not durable yet
     */
    record PieceStored(SnapshotInfo snapshot, long received) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onPieceStored(this);
        }
    }

    /** All of a leader's snapshot is here, durable and visible in the storage, but not yet installed. */
    record SnapshotReceived(SnapshotInfo snapshot) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onSnapshotReceived(this);
        }
    }

    /**
     * The state machine was captured, and that is durable: entries that it covers may go.
     *
     * @param damagedIndex entries up to here are to go as soon as a snapshot covers them, as some of them are damaged on the
     *     disk; 0 if none are
     */
    record SnapshotTaken(SnapshotInfo snapshot, long damagedIndex) implements Input {

        /** None are damaged. */
        public SnapshotTaken(SnapshotInfo snapshot) {
            this(snapshot, 0);
        }

        @Override
        public void dispatch(Handler handler) {
            handler.onSnapshotTaken(this);
        }
    }

    /**
     * An operator wants another membership. Answered by {@link Notice.ChangeDone}, {@link Notice.ChangeRefused} or
     * {@link Notice.ChangeUnknown}.
     *
     * @param request names it in the answer; never used before
     */
    record ChangeRequested(long request, MembershipChange change) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onChangeRequested(this);
        }
    }

    /**
     * An operator wants another leader. Answered by {@link Notice.TransferDone} or {@link Notice.ChangeRefused}.
     *
     * @param request names it in the answer; never used before
     * @param target who shall lead; if empty, whoever is fit for it
     */
    record TransferRequested(long request, Optional<NodeId> target) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onTransferRequested(this);
        }
    }

    /** From now on the server asks if it could win before it starts an election, or does not. */
    record PreVoteSwitched(boolean on) implements Input {
        @Override
        public void dispatch(Handler handler) {
            handler.onPreVoteSwitched(this);
        }
    }

    /** One method for each kind of input. */
    interface Handler {
        /** See {@link TimePassed}. */
        void onTimePassed(TimePassed input);

        /** See {@link Received}. */
        void onReceived(Received input);

        /** See {@link Proposed}. */
        void onProposed(Proposed input);

        /** See {@link ReadRequested}. */
        void onReadRequested(ReadRequested input);

        /** See {@link Persisted}. */
        void onPersisted(Persisted input);

        /** See {@link RoomChanged}. */
        void onRoomChanged(RoomChanged input);

        /** See {@link Loaded}. */
        void onLoaded(Loaded input);

        /** See {@link Unreachable}. */
        void onUnreachable(Unreachable input);

        /** See {@link PieceLoaded}. */
        void onPieceLoaded(PieceLoaded input);

        /** See {@link PieceStored}. */
        void onPieceStored(PieceStored input);

        /** See {@link SnapshotReceived}. */
        void onSnapshotReceived(SnapshotReceived input);

        /** See {@link SnapshotTaken}. */
        void onSnapshotTaken(SnapshotTaken input);

        /** See {@link ChangeRequested}. */
        void onChangeRequested(ChangeRequested input);

        /** See {@link TransferRequested}. */
        void onTransferRequested(TransferRequested input);

        /** See {@link PreVoteSwitched}. */
        void onPreVoteSwitched(PreVoteSwitched input);
    }
}
