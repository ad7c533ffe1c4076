package io.balsa.raft.explore;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.core.CoreSettings;
import io.balsa.raft.storage.EntryRun;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes all that an object holds, down to the last field, as a text: two cores with the same text do the same for ever.
 * The fields are found by reflection, so that a field that is new to the core cannot be forgotten here. What is only a
 * question of where counting began is written as a difference: a time from now, the number of a Ready from the oldest one
 * that waits.
 */
final class CanonicalText {

    /** Rounds of heartbeats are only looked at for reads, of which there are none. */
    /** What only leases, changes of the membership and slow disks depend on, which no scope has. */
    private static final Set<String> UNUSED = Set.of("Lease", "CatchUp", "Candidacy", "StoreKeeper", "DiskWatch");

    private static final Set<String> IRRELEVANT = Set.of("round", "confirmedRound");

    private static final Set<String> READY_NUMBERS = Set.of("lastNumber", "number", "ownVoteNumber");

    private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
            return fieldsOf(type);
        }
    };

    /**
     * How the numbers in a server are to be read.
     *
     * @param now on its clock
     * @param oldestNumber of the Readies that wait for the disk, or of the next one
     * @param longAgo the time after which it makes no difference how long ago something was
     * @param ignoresSilence whether it makes no difference at all when somebody was heard
     */
    record Frame(long now, long oldestNumber, long longAgo, boolean ignoresSilence) {}

    private final Renaming renaming;
    private final Frame frame;
    private final StringBuilder text = new StringBuilder();
    private final Map<Object, Integer> seen;

    private CanonicalText(Renaming renaming, Frame frame, Map<Object, Integer> seen) {
        this.renaming = renaming;
        this.frame = frame;
        this.seen = seen;
    }

    /** All that a value holds, be it a server's core or what it is doing. */
    static String of(Object value, Renaming renaming, Frame frame) {
        CanonicalText text = new CanonicalText(renaming, frame, new IdentityHashMap<>());
        text.write(value);
        return text.text.toString();
    }

    /** All that a message holds. */
    static String of(Object message, Renaming renaming) {
        return of(message, renaming, new Frame(0, 0, 0, false));
    }

    private void write(@Nullable Object value) {
        if (value instanceof NodeId id) {
            text.append('n').append(renaming.of(id.value()));
        } else if (value == null
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof String
                || value instanceof Enum<?>) {
            text.append(value);
        } else if (value instanceof Optional<?> optional) {
            write(optional.isPresent() ? optional.get() : null);
        } else if (value instanceof Collection<?> collection) {
            text.append('[');
            collection.forEach(this::writeElement);
            text.append(']');
        } else if (value instanceof Map<?, ?> map) {
            writeMap(map);
        } else if (value instanceof EntryRun run) {
            text.append(run.kind()).append(run.firstIndex()).append('/').append(run.term());
            for (long index = run.firstIndex(); index <= run.lastIndex(); index++) {
                text.append(',').append(new String(run.copyOfPayload(index), StandardCharsets.UTF_8));
            }
        } else if (!isTheSameForAll(value)) {
            writeObject(value);
        }
    }

    /** Never changes within a scope. */
    private static boolean isTheSameForAll(Object value) {
        return value instanceof Membership
                || value instanceof CoreSettings
                || value instanceof RandomGenerator
                || UNUSED.contains(value.getClass().getSimpleName());
    }

    private void writeElement(@Nullable Object value) {
        write(value);
        text.append(';');
    }

    /** In an order that does not depend on the names of servers. */
    private void writeMap(Map<?, ?> map) {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> {
            CanonicalText entry = new CanonicalText(renaming, frame, seen);
            entry.writeElement(key);
            entry.write(value);
            entries.add(entry.text.toString());
        });
        Collections.sort(entries);
        text.append(entries);
    }

    private void writeObject(Object value) {
        Class<?> type = value.getClass();
        if (!type.getName().startsWith("io.balsa.")) {
            throw new IllegalArgumentException("no way to write a " + type);
        }
        // Values may be shared or not without any difference; the parts of a core know each other.
        if (!type.isRecord() && seen.putIfAbsent(value, seen.size()) != null) {
            text.append('^').append(type.getSimpleName());
            return;
        }
        text.append(type.getSimpleName()).append('{');
        for (Field field : FIELDS.get(type)) {
            writeField(value, field);
        }
        text.append('}');
    }

    private void writeField(Object owner, Field field) {
        String name = field.getName();
        if (frame.ignoresSilence && name.equals("lastHeardNanos")) {
            return;
        }
        try {
            if (field.getType() == long.class && name.endsWith("Nanos")) {
                text.append(Math.max(-frame.longAgo, field.getLong(owner) - frame.now));
            } else if (READY_NUMBERS.contains(name)) {
                text.append(Math.max(-1, field.getLong(owner) - frame.oldestNumber));
            } else {
                write(field.get(owner));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("cannot look into " + field, e);
        }
        text.append(';');
    }

    private static List<Field> fieldsOf(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                boolean counts = !Modifier.isStatic(field.getModifiers())
                        && !field.isSynthetic()
                        && !IRRELEVANT.contains(field.getName());
                if (counts) {
                    field.setAccessible(true);
                    fields.add(field);
                }
            }
        }
        return fields;
    }
}
