package io.balsa.raft.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Visits every state that a cluster can reach within a {@link Scope}, the nearest first, each once. What is remembered of
 * a visited state is a hash of 64 bits, and the hash of the state before it.
 */
final class Explorer {

    /**
     * What was found.
     *
     * @param scope where
     * @param states how many different ones were met
     * @param transitions how many steps led to one of them
     * @param serverStates how many different states of single servers they consist of
     * @param messages how many different messages were sent
     * @param depth how many steps the farthest state is away
     * @param mostLeaders how many terms had a leader, along the path where most of them had
     * @param mostCommitted how many entries were committed, along the path with the most
     * @param isComplete whether there is no state left within the scope that was not visited
     * @param violation the story of the shortest way to a violation, if there is one
     */
    record Result(
            Scope scope,
            long states,
            long transitions,
            int serverStates,
            int messages,
            int depth,
            int mostLeaders,
            int mostCommitted,
            boolean isComplete,
            Optional<String> violation) {

        @Override
        public String toString() {
            return scope + ": " + states + " states, " + transitions + " transitions, " + depth + " steps deep, "
                    + serverStates + " server states, " + messages + " messages, up to " + mostLeaders + " leaders and "
                    + mostCommitted + " committed entries"
                    + (isComplete ? ", complete" : "")
                    + violation.map(story -> "\n" + story).orElse("");
        }
    }

    private static final long ROOT = 0;

    private final Scope scope;
    private final long maxStates;
    private final Steps steps;
    private final LongTable visited = new LongTable(); // to the state before
    private List<int[]> frontier = new ArrayList<>();
    private List<int[]> nextFrontier = new ArrayList<>();
    private long transitions;

    /** Goes on until everything was visited, or something is wrong, or there are more states than this. */
    Explorer(Scope scope, long maxStates) {
        this.scope = scope;
        this.maxStates = maxStates;
        steps = new Steps(scope);
    }

    Result explore() {
        int depth = 0;
        int[] start = steps.start();
        visited.putIfAbsent(steps.mark(start), ROOT);
        frontier.add(start);
        while (!frontier.isEmpty() && visited.size() <= maxStates) {
            for (int[] state : frontier) {
                long mark = steps.mark(state);
                try {
                    steps.from(state, (next, nextMark) -> reach(next, nextMark, mark));
                } catch (Violation violation) {
                    return result(depth + 1, Optional.of(story(mark)));
                }
            }
            depth += nextFrontier.isEmpty() ? 0 : 1;
            frontier = nextFrontier;
            nextFrontier = new ArrayList<>();
        }
        return result(depth, Optional.empty());
    }

    private Result result(int depth, Optional<String> violation) {
        boolean isComplete = frontier.isEmpty() && violation.isEmpty();
        return new Result(
                scope,
                visited.size(),
                transitions,
                steps.serverStates(),
                steps.messages(),
                depth,
                steps.mostLeaders(),
                steps.mostCommitted(),
                isComplete,
                violation);
    }

    /** See {@link ServerGraph#confirmMerges}. */
    long confirmMerges() {
        return steps.confirmMerges();
    }

    private void reach(int[] next, long mark, long from) {
        transitions++;
        if (visited.putIfAbsent(mark, from)) {
            nextFrontier.add(next);
        }
    }

    /** Goes the way to a state again, step by step, and then looks for the step that must not be. */
    private String story(long last) {
        Deque<Long> way = new ArrayDeque<>();
        for (long mark = last; mark != ROOT; mark = visited.get(mark)) {
            way.push(mark);
        }
        way.pop(); // the start
        List<String> lines = new ArrayList<>();
        int[] state = steps.start();
        while (!way.isEmpty()) {
            state = follow(state, way.pop(), lines);
        }
        try {
            steps.from(state, (next, mark) -> {});
        } catch (Violation violation) {
            lines.add(steps.lastInWords());
            lines.add("=> " + violation.getMessage());
        }
        return String.join("\n", lines);
    }

    private int[] follow(int[] state, long wanted, List<String> lines) {
        List<int[]> found = new ArrayList<>();
        steps.from(state, (next, mark) -> {
            if (found.isEmpty() && mark == wanted) {
                found.add(next);
                lines.add(steps.lastInWords() + "; now " + steps.lastServerInWords(next));
            }
        });
        return found.get(0);
    }
}
