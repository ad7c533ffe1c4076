package io.balsa.raft.explore;

import io.balsa.raft.cluster.RaftRole;
import io.balsa.raft.storage.HardState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * All states of one server that were met, and what each event makes of them: each is computed once, however many states of
 * the cluster it occurs in. A core cannot be copied, so a state is a way to get there from the start, and is made again by
 * going that way. States with the same text (see {@link CanonicalText}) are one.
 */
final class ServerGraph {

    /** What a server becomes, and the messages that it sends on the way. */
    static final class Transition {
        private final int target;
        private final int[] sent;

        Transition(int target, int[] sent) {
            this.target = target;
            this.sent = sent;
        }

        int target() {
            return target;
        }

        /** Not to be changed. */
        int[] sent() {
            return sent;
        }

        boolean changesNothing(int source) {
            return target == source && sent.length == 0;
        }
    }

    /** What the cluster's properties look at; logs are those of {@link LogTree}. */
    record View(RaftRole role, long term, long commit, int written, int durable, long durableTerm) {
        boolean leads() {
            return role == RaftRole.LEADER;
        }

        boolean leads(long ofTerm) {
            return leads() && term == ofTerm;
        }
    }

    /** How to get there, and what can be seen there. */
    private static final class State {
        private final int parent;
        private final int event;
        private final View view;
        private final int[] ownEvents;

        State(int parent, int event, View view, int[] ownEvents) {
            this.parent = parent;
            this.event = event;
            this.view = view;
            this.ownEvents = ownEvents;
        }
    }

    /** Another way to a state that was known already. */
    private record Merge(int parent, int event, int known) {}

    private static final int NOWHERE = -1;

    private final int number;
    private final Scope scope;
    private final LogTree logs;
    private final Messages messages;
    private final Renaming ownNames;
    private final Marks marks;
    private final List<State> states = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Transition> transitions = new ArrayList<>();
    private final List<Merge> merges = new ArrayList<>();
    private final LongTable transitionOf = new LongTable(); // by state and event

    ServerGraph(int number, Scope scope, LogTree logs, Messages messages, List<Renaming> renamings) {
        this.number = number;
        this.scope = scope;
        this.logs = logs;
        this.messages = messages;
        ownNames = renamings.get(0);
        marks = new Marks(renamings);
        numberOf(new Server(number, scope, logs), NOWHERE, 0);
    }

    int size() {
        return states.size();
    }

    View view(int state) {
        return states.get(state).view;
    }

    /** What can happen to it without a message. */
    int[] ownEvents(int state) {
        return states.get(state).ownEvents;
    }

    /** The hashes of all states. */
    Marks marks() {
        return marks;
    }

    /**
     * What an event makes of a state.
     *
     * @throws Violation if a server by itself does what it must not
     */
    Transition transition(int state, int event) {
        long key = ((long) state << 32) | event;
        long known = transitionOf.get(key);
        if (known != LongTable.NONE) {
            return transitions.get((int) known);
        }
        Transition made = happen(state, event);
        transitionOf.putIfAbsent(key, transitions.size());
        transitions.add(made);
        return made;
    }

    private Transition happen(int state, int event) {
        Server server = serverIn(state);
        int[] sent = happens(server, event);
        return new Transition(numberOf(server, state, event), sent);
    }

    private int[] happens(Server server, int event) {
        try {
            server.happens(event, messages);
        } catch (RuntimeException | AssertionError e) {
            throw e instanceof Violation violation ? violation : new Violation("the core fails: " + e, e);
        }
        return server.takeSent().stream()
                .filter(message -> scope.hasHeartbeats() || !Messages.isHeartbeat(message))
                .mapToInt(messages::numberOf)
                .toArray();
    }

    /**
     * Checks that it was right to take states with the same text for one: whichever way a server came there, each event
     * that is possible without a message, and each message that was ever sent to it, has the same effect.
     *
     * @return how many effects were compared
     */
    long confirmMerges() {
        long compared = 0;
        for (Merge merge : List.copyOf(merges)) {
            for (int event : eventsOf(merge.known)) {
                String expected = effectOn(merge.known, event);
                if (!effectOn(merge, event).equals(expected)) {
                    throw new Violation("n" + number + " " + Event.inWords(event, messages)
                            + ": the effect depends on how it came to " + inWords(merge.known));
                }
                compared++;
            }
        }
        return compared;
    }

    /** In words; that it fails is an effect too: nobody says that this message can arrive in this state. */
    private String effectOn(Merge merge, int event) {
        Server server = serverIn(merge.parent);
        server.happens(merge.event, messages);
        server.takeSent();
        try {
            int[] sent = happens(server, event);
            return Arrays.toString(sent) + numbers.get(server.inWords(ownNames));
        } catch (Violation violation) {
            return violation.toString();
        }
    }

    private String effectOn(int state, int event) {
        try {
            Transition transition = transition(state, event);
            return Arrays.toString(transition.sent) + transition.target;
        } catch (Violation violation) {
            return violation.toString();
        }
    }

    private int[] eventsOf(int state) {
        return IntStream.concat(
                        Arrays.stream(ownEvents(state)),
                        IntStream.range(0, messages.size())
                                .filter(message -> messages.get(message).to().value() == number)
                                .map(Event::arrival))
                .toArray();
    }

    private Server serverIn(int state) {
        Deque<Integer> path = new ArrayDeque<>();
        for (int at = state; states.get(at).parent != NOWHERE; at = states.get(at).parent) {
            path.push(states.get(at).event);
        }
        Server server = new Server(number, scope, logs);
        path.forEach(event -> server.happens(event, messages));
        server.takeSent();
        return server;
    }

    private int numberOf(Server server, int parent, int event) {
        String text = server.inWords(ownNames);
        Integer known = numbers.putIfAbsent(text, states.size());
        if (known != null) {
            merges.add(new Merge(parent, event, known));
            return known;
        }
        marks.add(renaming -> "server " + server.inWords(renaming));
        View view = new View(
                server.core().role(),
                server.core().currentTerm(),
                server.core().commitIndex(),
                logs.of(server.written()),
                logs.of(server.durable()),
                server.durable().hardState().currentTerm());
        states.add(new State(parent, event, view, ownEventsOf(server)));
        return states.size() - 1;
    }

    private int[] ownEventsOf(Server server) {
        List<Integer> events = new ArrayList<>();
        for (int writes = 1; writes <= server.writing(); writes++) {
            events.add(Event.sync(writes));
        }
        if (server.hasWork()) {
            events.add(Event.WORK);
        }
        boolean leads = server.core().role() == RaftRole.LEADER;
        if (leads || server.core().currentTerm() < scope.terms()) {
            events.add(Event.TIMEOUT);
        }
        if (server.canBeSilent()) {
            events.add(Event.SILENCE);
        }
        for (int command = 1; leads && command <= scope.bound(Scope.Budget.PROPOSALS); command++) {
            events.add(Event.proposal(command));
        }
        events.add(Event.CRASH);
        return events.stream().mapToInt(Integer::intValue).toArray();
    }

    /** A state in a few words. */
    String inWords(int state) {
        Server server = serverIn(state);
        View view = view(state);
        HardState onDisk = server.durable().hardState();
        return "n" + number + " " + view.role + " of term " + view.term + " " + logs.text(view.written) + " committed "
                + view.commit + ", on disk term " + onDisk.currentTerm() + " vote "
                + onDisk.votedFor().map(Object::toString).orElse("-") + " " + logs.text(view.durable);
    }
}
