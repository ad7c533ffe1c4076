package io.balsa.raft.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What no server remembers, numbered: who led which term, and what was committed by whom. */
final class History {

    /**
     * One past.
     *
     * @param leaders who led each term, from term 1 on; 0 if nobody did
     * @param committed the log up to the highest index that was ever committed
     * @param committedIn for each of its entries the term of the leader that committed it
     */
    record Past(List<Integer> leaders, int committed, List<Long> committedIn) {

        int leaderOf(long term) {
            return leaders.size() < term ? 0 : leaders.get((int) term - 1);
        }

        Past ledBy(int server, long term) {
            List<Integer> next = new ArrayList<>(leaders);
            while (next.size() < term) {
                next.add(0);
            }
            next.set((int) term - 1, server);
            return new Past(next, committed, committedIn);
        }

        Past committing(int log, int length, long term) {
            List<Long> next = new ArrayList<>(committedIn);
            while (next.size() < length) {
                next.add(term);
            }
            return new Past(leaders, log, next);
        }
    }

    private final List<Past> pasts = new ArrayList<>();
    private final Map<Past, Integer> numbers = new HashMap<>();
    private final LogTree logs;
    private final Marks marks;

    History(LogTree logs, List<Renaming> renamings) {
        this.logs = logs;
        marks = new Marks(renamings);
        numberOf(new Past(List.of(), LogTree.EMPTY, List.of()));
    }

    Past get(int number) {
        return pasts.get(number);
    }

    /** How many entries were committed at most. */
    int mostCommitted() {
        return pasts.stream().mapToInt(past -> past.committedIn.size()).max().orElse(0);
    }

    /** How many terms had a leader at most. */
    int mostLeaders() {
        return pasts.stream()
                .mapToInt(past ->
                        (int) past.leaders.stream().filter(leader -> leader > 0).count())
                .max()
                .orElse(0);
    }

    /** The hashes of all pasts. */
    Marks marks() {
        return marks;
    }

    int numberOf(Past past) {
        Integer known = numbers.putIfAbsent(past, pasts.size());
        if (known != null) {
            return known;
        }
        pasts.add(past);
        marks.add(renaming -> "past " + inWords(past, renaming));
        return pasts.size() - 1;
    }

    private String inWords(Past past, Renaming renaming) {
        List<Long> leaders = past.leaders.stream()
                .map(leader -> leader == 0 ? 0 : renaming.of(leader))
                .toList();
        return "led by " + leaders + ", committed " + logs.text(past.committed) + " in " + past.committedIn;
    }
}
