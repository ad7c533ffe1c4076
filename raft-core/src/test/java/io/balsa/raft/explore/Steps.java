package io.balsa.raft.explore;

import io.balsa.raft.explore.Scope.Budget;
import io.balsa.raft.explore.ServerGraph.Transition;
import io.balsa.raft.explore.ServerGraph.View;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can happen to a cluster in a state, and what comes of it.
 *
 * <p>A state is an array: the state of each server, the past, what was used of the budgets, and then the messages that are
 * on their way, sorted. A step that changes no server and sends nothing is left out: what it leads to is the same with a
 * message or a budget less, and whatever can happen there can happen without the step.
 * An answer in a term below the one on its receiver's disk, which would change nothing now, is taken off the way: that it
 * would not later either is believed, not tried.
 */
final class Steps {

    /** Takes what a step leads to, with its hash. */
    interface Visitor {
        void visit(int[] next, long mark);
    }

    private static final int BITS_OF_A_BUDGET = 4;
    private static final int STAYS = -1;

    private final Scope scope;
    private final int servers;
    private final LogTree logs = new LogTree();
    private final List<Renaming> renamings;
    private final Messages messages;
    private final History history;
    private final Properties properties;
    private final ServerGraph[] graphs;
    private final long[] sums;
    private int server;
    private int event;
    private boolean repeated;

    Steps(Scope scope) {
        this.scope = scope;
        servers = scope.servers();
        renamings = scope.isSymmetric() ? Renaming.all(servers) : List.of(Renaming.none(servers));
        messages = new Messages(renamings);
        history = new History(logs, renamings);
        properties = new Properties(scope, logs, history, messages);
        graphs = new ServerGraph[servers];
        for (int i = 0; i < servers; i++) {
            graphs[i] = new ServerGraph(i + 1, scope, logs, messages, renamings);
        }
        sums = new long[renamings.size()];
    }

    /** Nothing has happened. */
    int[] start() {
        return new int[servers + 2];
    }

    /** How many different states of single servers there are. */
    int serverStates() {
        return Arrays.stream(graphs).mapToInt(ServerGraph::size).sum();
    }

    /** See {@link ServerGraph#confirmMerges}. */
    long confirmMerges() {
        return Arrays.stream(graphs).mapToLong(ServerGraph::confirmMerges).sum();
    }

    /** How many entries were committed at most. */
    int mostCommitted() {
        return history.mostCommitted();
    }

    /** How many terms had a leader at most. */
    int mostLeaders() {
        return history.mostLeaders();
    }

    /** How many different messages there are. */
    int messages() {
        return messages.size();
    }

    /**
     * Tells all that can follow.
     *
     * @throws Violation if something happens that must not
     */
    void from(int[] state, Visitor visitor) {
        for (int i = 0; i < servers; i++) {
            properties.set(i, graphs[i].view(state[i]));
        }
        for (server = 0; server < servers; server++) {
            ServerGraph graph = graphs[server];
            boolean leads = graph.view(state[server]).leads();
            for (int own : graph.ownEvents(state[server])) {
                event = own;
                repeated = false;
                Budget budget = budgetOf(own, leads);
                boolean isNext = !Event.isProposal(own) || Event.proposalOf(own) == used(state, Budget.PROPOSALS) + 1;
                if (isNext && (budget == null || used(state, budget) < scope.bound(budget))) {
                    step(state, STAYS, budget, visitor);
                }
            }
        }
        for (int at = servers + 2; at < state.length; at++) {
            if (at == servers + 2 || state[at] != state[at - 1]) {
                server = (int) messages.get(state[at]).to().value() - 1;
                event = Event.arrival(state[at]);
                repeated = false;
                step(state, at, null, visitor);
                if (used(state, Budget.DUPLICATES) < scope.bound(Budget.DUPLICATES)) {
                    repeated = true;
                    step(state, STAYS, Budget.DUPLICATES, visitor);
                }
            }
        }
    }

    private static @Nullable Budget budgetOf(int event, boolean leads) {
        if (Event.isProposal(event)) {
            return Budget.PROPOSALS;
        }
        return switch (event) {
            case Event.CRASH -> Budget.CRASHES;
            case Event.TIMEOUT -> leads ? Budget.TICKS : Budget.ELECTIONS;
            default -> null;
        };
    }

    private int used(int[] state, Budget budget) {
        return (state[servers + 1] >>> (BITS_OF_A_BUDGET * budget.place())) & ((1 << BITS_OF_A_BUDGET) - 1);
    }

    private void step(int[] state, int removedAt, @Nullable Budget budget, Visitor visitor) {
        ServerGraph graph = graphs[server];
        Transition transition = graph.transition(state[server], event);
        if (transition.changesNothing(state[server])) {
            return;
        }
        View before = graph.view(state[server]);
        View after = graph.view(transition.target());
        properties.set(server, after);
        int past = properties.check(server, before, state[servers]);
        for (int message : transition.sent()) {
            properties.checkSent(server, message);
        }
        properties.set(server, before);

        int[] next = new int[state.length + transition.sent().length];
        System.arraycopy(state, 0, next, 0, servers + 2);
        next[server] = transition.target();
        next[servers] = past;
        next[servers + 1] += budget == null ? 0 : 1 << (BITS_OF_A_BUDGET * budget.place());
        int size = servers + 2;
        boolean newTerm = after.durableTerm() > before.durableTerm();
        for (int at = servers + 2; at < state.length; at++) {
            if (at != removedAt && !(newTerm && isOver(state[at], next))) {
                next[size++] = state[at];
            }
        }
        for (int message : transition.sent()) {
            if (!isOver(message, next)) {
                next[size++] = message;
            }
        }
        Arrays.sort(next, servers + 2, size);
        int[] reached = size == next.length ? next : Arrays.copyOf(next, size);
        visitor.visit(reached, mark(reached));
    }

    /** Whether a message is an answer in a term that its receiver has left for good, and changes nothing there. */
    private boolean isOver(int message, int[] state) {
        int receiver = (int) messages.get(message).to().value() - 1;
        int of = state[receiver];
        return messages.isReply(message)
                && messages.get(message).term() < graphs[receiver].view(of).durableTerm()
                && graphs[receiver].transition(of, Event.arrival(message)).changesNothing(of);
    }

    /** The hash of a state, the same for all that differ only in the names of servers that started alike. */
    long mark(int[] state) {
        Arrays.fill(sums, 0);
        history.marks().addTo(sums, state[servers]);
        for (int i = 0; i < servers; i++) {
            graphs[i].marks().addTo(sums, state[i]);
        }
        for (int at = servers + 2; at < state.length; at++) {
            messages.marks().addTo(sums, state[at]);
        }
        long used = Mixing.of(state[servers + 1]);
        long least = Long.MAX_VALUE;
        for (long sum : sums) {
            least = Math.min(least, Mixing.of(sum + used));
        }
        return least;
    }

    /** The step that was made last, or could not be made, in words. */
    String lastInWords() {
        return "n" + (server + 1) + " " + Event.inWords(event, messages) + (repeated ? ", which stays on its way" : "");
    }

    /** The server that made the last step, as it is in this state. */
    String lastServerInWords(int[] state) {
        return graphs[server].inWords(state[server]);
    }
}
