package io.balsa.raft.examples.kvstore;

import io.balsa.raft.Command;
import io.balsa.raft.StateMachine;
import io.balsa.raft.examples.kvstore.KvResult.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The map that every server has the same copy of.
 *
 * <p>{@link #apply} and {@link #value} belong to the node's apply thread; {@link #clientAddress} may be asked by any.
 */
final class KvStateMachine implements StateMachine {

    private final Map<String, Bytes> values = new HashMap<>(); // never iterated over, so its order does not matter
    private final Applier applier = new Applier();
    private volatile Map<Long, String> clientAddresses = Map.of();

    /** The value of {@code key}; to be called within {@link io.balsa.raft.RaftNode#read}. */
    Optional<Bytes> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Where clients reach the node with this id, if it ever led and said so. */
    Optional<String> clientAddress(long nodeId) {
        return Optional.ofNullable(clientAddresses.get(nodeId));
    }

    @Override
    public byte[] apply(Command command) {
        return KvCodec.encode(resultOf(command));
    }

    private KvResult resultOf(Command command) {
        KvCommand decoded;
        try {
            decoded = KvCodec.decodeCommand(command.buffer());
        } catch (IllegalArgumentException e) {
            // Deterministic, as all servers see the same bytes; an exception would stop every one of them.
            return KvResult.of(Status.INVALID, Bytes.utf8(Objects.requireNonNullElse(e.getMessage(), "invalid")));
        }
        return decoded.dispatch(applier);
    }

    /** Carries out each kind of command. */
    private final class Applier implements KvCommand.Handler<KvResult> {

        @Override
        public KvResult onPut(KvCommand.Put command) {
            values.put(command.key(), command.value());
            return KvResult.of(Status.DONE);
        }

        @Override
        public KvResult onGet(KvCommand.Get command) {
            return value(command.key())
                    .map(value -> KvResult.of(Status.DONE, value))
                    .orElseGet(() -> KvResult.of(Status.ABSENT));
        }

        @Override
        public KvResult onDelete(KvCommand.Delete command) {
            return KvResult.of(values.remove(command.key()) == null ? Status.ABSENT : Status.DONE);
        }

        @Override
        public KvResult onCompareAndSet(KvCommand.CompareAndSet command) {
            Optional<Bytes> actual = value(command.key());
            if (!actual.equals(command.expect())) {
                return new KvResult(Status.MISMATCH, actual);
            }
            command.value()
                    .ifPresentOrElse(value -> values.put(command.key(), value), () -> values.remove(command.key()));
            return KvResult.of(Status.DONE);
        }

        @Override
        public KvResult onAnnounce(KvCommand.Announce command) {
            Map<Long, String> next = new HashMap<>(clientAddresses);
            next.put(command.nodeId(), command.clientAddress());
            clientAddresses = Map.copyOf(next);
            return KvResult.of(Status.DONE);
        }
    }
}
