package io.balsa.raft.testkit.shrink;

import io.balsa.raft.testkit.plan.Act;
import io.balsa.raft.testkit.plan.ClientStep;
import io.balsa.raft.testkit.plan.Errand;
import io.balsa.raft.testkit.plan.Fate;
import io.balsa.raft.testkit.plan.Fault;
import io.balsa.raft.testkit.plan.Moment;
import io.balsa.raft.testkit.plan.Strike;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Scenarios as text that a person can read and edit. A line is empty, a comment that begins with {@code #}, an option of the
 * plan ({@code KEY = VALUE}, times in seconds), or one of
 *
 * <pre>
 * strike NUMBER at TIME FAULT of leader|SERVER for TIME chance N
 * errand NUMBER at TIME ACT of leader|SERVER when MOMENT within TIME chance N
 * step CLIENT.NUMBER after TIME at SERVER chance N
 * fate FROM-&gt;TO KIND NUMBER lost
 * fate FROM-&gt;TO KIND NUMBER after TIME [again TIME]
 * </pre>
 *
 * An option that is not given has a quiet default. {@code expects} names the invariant that the scenario violates or once did.
 */
public final class ScenarioText {

    private static final List<String> KINDS = List.of(
            "0",
            "PreVote",
            "PreVoteReply",
            "RequestVote",
            "RequestVoteReply",
            "AppendEntries",
            "AppendEntriesAccepted",
            "AppendEntriesRejected",
            "Heartbeat",
            "HeartbeatReply",
            "ReadRequest",
            "ReadReply",
            "InstallSnapshot",
            "InstallSnapshotReply",
            "TimeoutNow");

    private static final int SERVERS = 256;

    private final List<Strike> strikes = new ArrayList<>();
    private final List<Errand> errands = new ArrayList<>();
    private final SortedMap<StepName, ClientStep> steps = new TreeMap<>();
    private final SortedMap<MessageName, Fate> fates = new TreeMap<>();
    private Options options = Options.quiet(0);
    private String expects = "";

    private ScenarioText() {}

    // --- writing ---

    /** This scenario; the comment, if any, comes first. */
    public static String write(Scenario scenario, String comment) {
        StringBuilder text = new StringBuilder();
        comment.lines().forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("expects = ").append(scenario.expects()).append('\n');
        Options.of(scenario.plan())
                .values()
                .forEach((key, value) ->
                        text.append(key).append(" = ").append(value).append('\n'));
        text.append('\n');
        scenario.strikes().forEach(strike -> text.append(line(strike)).append('\n'));
        scenario.errands().forEach(errand -> text.append(line(errand)).append('\n'));
        scenario.steps().forEach((name, step) -> text.append(line(name, step)).append('\n'));
        scenario.fates().forEach((name, fate) -> text.append(line(name, fate)).append('\n'));
        return text.toString();
    }

    private static String line(Strike strike) {
        return "strike " + strike.number() + " at " + Seconds.text(strike.atNanos()) + " " + strike.fault() + " of "
                + who(strike.victim()) + " for " + Seconds.text(strike.lastsNanos()) + " chance " + strike.chance();
    }

    private static String line(Errand errand) {
        return "errand " + errand.number() + " at " + Seconds.text(errand.atNanos()) + " " + errand.act() + " of "
                + who(errand.asked()) + " when " + errand.moment() + " within "
                + Seconds.text(errand.withinNanos()) + " chance " + errand.chance();
    }

    /** A server; 0 is whoever leads, for those who strike as for those who ask. */
    private static String who(int number) {
        return number == Strike.LEADER ? "leader" : Integer.toString(number);
    }

    private static int number(String who) {
        return who.equals("leader") ? Strike.LEADER : Integer.parseInt(who);
    }

    private static String line(StepName name, ClientStep step) {
        return "step " + name.client() + "." + name.number() + " after " + Seconds.text(step.pauseNanos()) + " at "
                + step.server() + " chance " + step.chance();
    }

    private static String line(MessageName name, Fate fate) {
        String which = "fate " + name.link() / SERVERS + "->" + name.link() % SERVERS + " " + kind(name.kind()) + " "
                + name.number();
        if (fate.lost()) {
            return which + " lost";
        }
        String arrives = which + " after " + Seconds.text(fate.delayNanos());
        return fate.isRepeated() ? arrives + " again " + Seconds.text(fate.againNanos()) : arrives;
    }

    private static String kind(int code) {
        return code < KINDS.size() ? KINDS.get(code) : Integer.toString(code);
    }

    // --- reading ---

    /**
     * The scenario that this text tells.
     *
     * @throws IllegalArgumentException if a line is not understood; says which
     */
    public static Scenario read(String text) {
        ScenarioText reader = new ScenarioText();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                reader.line(lines.get(i).strip());
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ", '" + lines.get(i) + "': " + e.getMessage(), e);
            }
        }
        reader.strikes.sort(Comparator.comparingLong(Strike::atNanos));
        reader.errands.sort(Comparator.comparingLong(Errand::atNanos));
        return new Scenario(
                reader.expects, reader.options.plan(), reader.strikes, reader.errands, reader.steps, reader.fates);
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        List<String> words = List.of(line.split("\\s+", -1));
        switch (words.get(0)) {
            case "strike" -> strike(words);
            case "errand" -> errand(words);
            case "step" -> step(words);
            case "fate" -> fate(words);
            default -> option(line);
        }
    }

    private void option(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("is neither an option nor a strike, an errand, a step or a fate");
        }
        String key = line.substring(0, equals).strip();
        String value = line.substring(equals + 1).strip();
        if (key.equals("expects")) {
            expects = value;
        } else {
            options = options.with(key, value);
        }
    }

    private void strike(List<String> words) {
        strikes.add(new Strike(
                Integer.parseInt(words.get(1)),
                Seconds.nanos(after("at", words)),
                Fault.valueOf(words.get(words.indexOf("of") - 1)),
                number(after("of", words)),
                Seconds.nanos(after("for", words)),
                Long.parseLong(after("chance", words))));
    }

    private void errand(List<String> words) {
        errands.add(new Errand(
                Integer.parseInt(words.get(1)),
                Seconds.nanos(after("at", words)),
                Act.valueOf(words.get(words.indexOf("of") - 1)),
                number(after("of", words)),
                Moment.valueOf(after("when", words)),
                Seconds.nanos(after("within", words)),
                Long.parseLong(after("chance", words))));
    }

    private void step(List<String> words) {
        String[] name = words.get(1).split("\\.", -1);
        steps.put(
                new StepName(Integer.parseInt(name[0]), Long.parseLong(name[1])),
                new ClientStep(
                        Seconds.nanos(after("after", words)),
                        Integer.parseInt(after("at", words)),
                        Long.parseLong(after("chance", words))));
    }

    private void fate(List<String> words) {
        String[] link = words.get(1).split("->", -1);
        int named = KINDS.indexOf(words.get(2));
        MessageName name = new MessageName(
                Integer.parseInt(link[0]) * SERVERS + Integer.parseInt(link[1]),
                named >= 0 ? named : Integer.parseInt(words.get(2)),
                Long.parseLong(words.get(3)));
        if (words.contains("lost")) {
            fates.put(name, Fate.LOST);
        } else {
            long again = words.contains("again") ? Seconds.nanos(after("again", words)) : -1;
            fates.put(name, new Fate(false, Seconds.nanos(after("after", words)), again));
        }
    }

    private static String after(String word, List<String> words) {
        int place = words.indexOf(word);
        if (place < 0) {
            throw new IllegalArgumentException("'" + word + "' is missing");
        }
        return words.get(place + 1);
    }
}
