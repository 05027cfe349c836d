/** What Jenkins would refuse, and where. */
class Refused extends Exception {
    Refused(int line, String problem) { super("line $line: $problem" as String) }

    Refused(String problem) { super(problem) }
}
