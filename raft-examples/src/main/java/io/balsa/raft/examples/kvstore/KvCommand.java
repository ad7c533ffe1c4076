package io.balsa.raft.examples.kvstore;

import java.util.Optional;

/** Everything the log of a key-value store can hold. A command carries all it needs, so applying it is deterministic. */
sealed interface KvCommand {

    /** Gives {@code key} the value {@code value}, whatever it held. */
    record Put(String key, Bytes value) implements KvCommand {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onPut(this);
        }
    }

    /** Reads {@code key} through the log. The server reads without it; it is here for clients that want a place in it. */
    record Get(String key) implements KvCommand {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onGet(this);
        }
    }

    /** Makes {@code key} absent. */
    record Delete(String key) implements KvCommand {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onDelete(this);
        }
    }

    /** Makes {@code key} hold {@code value} if it holds {@code expect} now; empty means absent, for either of them. */
    record CompareAndSet(String key, Optional<Bytes> expect, Optional<Bytes> value) implements KvCommand {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onCompareAndSet(this);
        }
    }

    /** Says where clients reach the node {@code nodeId}; a new leader announces itself with it. */
    record Announce(long nodeId, String clientAddress) implements KvCommand {
        @Override
        public <R> R dispatch(Handler<R> handler) {
            return handler.onAnnounce(this);
        }
    }

    /** Calls the one method of {@code handler} that is meant for this kind of command. */
    <R> R dispatch(Handler<R> handler);

    /** One method for each kind, so that a new kind does not compile until everybody has an answer to it. */
    interface Handler<R> {
        R onPut(Put command);

        R onGet(Get command);

        R onDelete(Delete command);

        R onCompareAndSet(CompareAndSet command);

        R onAnnounce(Announce command);
    }
}
