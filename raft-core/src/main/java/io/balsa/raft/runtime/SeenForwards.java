package io.balsa.raft.runtime;

import io.balsa.raft.cluster.NodeId;
import io.balsa.raft.message.ForwardId;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of the proposals that were passed on in one term have come already: so that one that the network brings twice is
 * appended once. Exact for the whole term, and bounded:
 *
 * <ul>
 *   <li>of each life of each sender, the last {@value #WINDOW} numbers are told apart; those before count as having come,
 *       as all but a few have. A sender numbers what it sends 1, 2, 3, …, so one that is so late has been overtaken by
 *       hundreds of others;
 *   <li>nothing is ever forgotten in favour of another life. After {@value #MOST_LIVES} of them the term has no room for
 *       more, and those that begin later are refused until the next term. It takes that many restarts under one leader.
 * </ul>
 */
final class SeenForwards {

    /** What is to be done with a proposal. */
    enum Verdict {
        /** It comes for the first time. */
        NEW,
        /** It has come before, or may have. */
        SEEN,
        /** It has not come before, and there is no room to remember that it has come now. */
        NO_ROOM
    }

    static final int WINDOW = 1024;
    static final int MOST_LIVES = 1024;

    private final Map<NodeId, Map<Long, Window>> senders = new TreeMap<>();
    private int lives;

    /** The highest number that has come, and which of those just below: the number n is at {@code n % WINDOW}. */
    private static final class Window {

        private final long[] bits = new long[WINDOW / Long.SIZE];
        private long highest;

        boolean add(long number) {
            if (number > highest) {
                long passed = Math.min(number - highest, WINDOW);
                for (long n = number - passed + 1; n <= number; n++) {
                    bits[word(n)] &= ~bit(n);
                }
                highest = number;
            } else if (number <= highest - WINDOW || (bits[word(number)] & bit(number)) != 0) {
                return false;
            }
            bits[word(number)] |= bit(number);
            return true;
        }

        private static int word(long number) {
            return (int) (number % WINDOW) / Long.SIZE;
        }

        private static long bit(long number) {
            return 1L << (number % Long.SIZE);
        }
    }

    /** This one has come. Whatever is answered, the same name is not {@link Verdict#NEW} again. */
    Verdict add(NodeId sender, ForwardId id) {
        Map<Long, Window> known = senders.computeIfAbsent(sender, any -> new TreeMap<>());
        Window window = known.get(id.life());
        if (window == null) {
            if (lives == MOST_LIVES) {
                return Verdict.NO_ROOM;
            }
            lives++;
            window = new Window();
            known.put(id.life(), window);
        }
        return window.add(id.number()) ? Verdict.NEW : Verdict.SEEN;
    }
}
