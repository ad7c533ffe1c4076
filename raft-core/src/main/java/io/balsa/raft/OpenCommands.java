package io.balsa.raft;

import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The commands of a session whose outcome its client does not know, and the numbers of those to come. Safe for use by many
 * threads; calls nothing that is not ours, so that no lock is held meanwhile.
 */
final class OpenCommands {

    private final NavigableMap<Long, OpenCommand> open = new TreeMap<>();
    private long nextSequence;

    /** No commands, or those of an earlier life of the session. */
    OpenCommands(long nextSequence, SortedMap<Long, byte[]> leftBehind) {
        if (nextSequence < 1) {
            throw new IllegalArgumentException("the numbers of commands begin at 1, not " + nextSequence);
        }
        this.nextSequence = nextSequence;
        leftBehind.forEach((sequence, command) -> {
            if (sequence < 1 || sequence >= nextSequence) {
                throw new IllegalArgumentException("command " + sequence + " is not one of 1 to " + (nextSequence - 1));
            }
            open.put(sequence, OpenCommand.leftBehind(sequence, command.clone()));
        });
    }

    /** Gives a command the next number, unless too many are open. */
    synchronized Optional<OpenCommand> add(byte[] command) {
        if (nextSequence - acknowledgedUpTo() > RaftSession.MAX_UNACKNOWLEDGED) {
            return Optional.empty();
        }
        OpenCommand added = OpenCommand.first(nextSequence++, command);
        open.put(added.sequence(), added);
        return Optional.of(added);
    }

    /** The open command with this number. */
    synchronized OpenCommand get(long sequence) {
        OpenCommand found = open.get(sequence);
        if (found == null) {
            throw new IllegalArgumentException("the outcome of command " + sequence + " is known, or there is none");
        }
        return found;
    }

    /** Has a command proposed again; empty if it is under way already. */
    synchronized Optional<OpenCommand> again(long sequence) {
        OpenCommand found = get(sequence);
        if (found.isUnderWay()) {
            return Optional.empty();
        }
        OpenCommand again = found.again();
        open.put(sequence, again);
        return Optional.of(again);
    }

    /** No attempt of this command is under way any more, and it may be in a log. */
    synchronized void giveUp(long sequence) {
        OpenCommand left = OpenCommand.leftBehind(sequence, get(sequence).command());
        open.put(sequence, left);
    }

    /** The outcome of this command is known. */
    synchronized void settle(long sequence) {
        open.remove(sequence);
    }

    /** Forgets a command that is not under way. */
    synchronized void abandon(long sequence) {
        if (get(sequence).isUnderWay()) {
            throw new IllegalStateException("command " + sequence + " is under way");
        }
        open.remove(sequence);
    }

    /** The outcome of all commands up to this number is known. */
    synchronized long acknowledgedUpTo() {
        return (open.isEmpty() ? nextSequence : open.firstKey()) - 1;
    }

    /** The number that the next command gets. */
    synchronized long nextSequence() {
        return nextSequence;
    }

    /** All of them, by number, copied. */
    synchronized SortedMap<Long, byte[]> all() {
        SortedMap<Long, byte[]> copy = new TreeMap<>();
        open.forEach((sequence, command) -> copy.put(sequence, command.command().clone()));
        return copy;
    }
}
