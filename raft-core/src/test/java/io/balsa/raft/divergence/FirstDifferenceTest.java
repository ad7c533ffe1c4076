package io.balsa.raft.divergence;

import static io.balsa.raft.divergence.HashSpanTest.span;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The check for divergence asks for windows, and names the first index that differs:")
class FirstDifferenceTest extends DivergenceChecks {

    @Test
    @DisplayName("exactly, when both windows reach back to where the servers agreed")
    void namesItExactly() {
        agreeAt(8);
        divergeAt(16);

        assertThat(tell(3, span(1, 16, 11))).isEmpty();
        assertThat(tell(1, span(3, 18, NEVER))).containsExactly(difference(3, 11, 11));
    }

    @Test
    @DisplayName("whichever window comes first")
    void takesWindowsInAnyOrder() {
        agreeAt(8);
        divergeAt(16);

        assertThat(tell(2, span(3, 18, NEVER))).isEmpty();
        assertThat(tell(3, span(1, 16, 9))).containsExactly(difference(3, 9, 9));
    }

    @Test
    @DisplayName("once")
    void namesItOnce() {
        divergeAt(8);
        tell(1, span(1, 8, NEVER));

        assertThat(tell(3, span(1, 8, 8))).containsExactly(difference(3, 8, 8));
        assertThat(tell(3, span(1, 8, 8))).isEmpty();
        assertThat(tell(1, span(1, 8, NEVER))).isEmpty();
    }

    @Test
    @DisplayName("as a range, when a window no longer reaches back")
    void namesARange() {
        agreeAt(8);
        divergeAt(24);
        tell(1, span(17, 32, NEVER));

        assertThat(tell(3, span(17, 32, 12))).containsExactly(difference(3, 9, 17));
    }

    @Test
    @DisplayName("as the whole interval, when the windows have nothing in common")
    void namesTheWholeRange() {
        agreeAt(8);
        divergeAt(16);
        tell(1, span(40, 55, NEVER));

        assertThat(tell(3, span(1, 16, 12))).containsExactly(difference(3, 9, 16));
    }

    @Test
    @DisplayName("of each server that was named")
    void namesItForEach() {
        check = new DivergenceCheck(voters(1, 2, 3, 4, 5), INTERVAL);
        report(1, 8, RIGHT);
        report(2, 8, RIGHT);
        report(4, 8, 4);
        report(5, 8, 5);
        report(3, 8, RIGHT);
        tell(4, span(1, 8, 3));
        tell(5, span(1, 8, 6));

        assertThat(tell(1, span(1, 8, NEVER))).containsExactly(difference(4, 3, 3), difference(5, 6, 6));
    }

    @Test
    @DisplayName("never by comparing with a server that has not agreed itself")
    void comparesWithTheMajority() {
        check = new DivergenceCheck(voters(1, 2, 3, 4, 5), INTERVAL);
        report(1, 8, RIGHT);
        report(2, 8, RIGHT);
        report(4, 8, WRONG);
        report(3, 8, RIGHT);
        tell(4, span(1, 8, 3));

        assertThat(tell(5, span(1, 8, 2))).isEmpty();
        assertThat(tell(1, span(1, 8, NEVER))).containsExactly(difference(4, 3, 3));
    }

    @Test
    @DisplayName("at the earlier checkpoint, if a late report tells of one")
    void goesBackWithALateReport() {
        report(1, 8, RIGHT);
        report(2, 8, RIGHT);
        divergeAt(16);
        assertThat(report(3, 8, WRONG)).isEmpty();
        tell(1, span(1, 16, NEVER));

        assertThat(tell(3, span(1, 16, 5))).containsExactly(difference(3, 5, 5));
    }

    @Test
    @DisplayName("nothing, as long as nobody was named")
    void keepsNoWindows() {
        agreeAt(8);
        tell(1, span(1, 8, NEVER));
        divergeAt(16);

        assertThat(tell(3, span(1, 16, 11))).isEmpty();
    }
}
