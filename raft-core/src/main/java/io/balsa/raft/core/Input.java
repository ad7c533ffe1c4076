package io.balsa.raft.core;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.Message;
import io.balsa.raft.storage.EntryRun;
import java.util.List;

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
     */
    record Proposed(long batch, List<byte[]> commands) implements Input {
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
     */
    record ReadRequested(long read) implements Input {
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
     * Old entries were read for a follower that needs them.
     *
     * @param follower the {@link Load} this answers was made for
     * @param runs entries from {@link Load#fromIndex} on; empty if they could not be read
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

        /** See {@link Loaded}. */
        void onLoaded(Loaded input);

        /** See {@link Unreachable}. */
        void onUnreachable(Unreachable input);
    }
}
