/**
 * What may stand where, with which arguments. It holds what our Jenkinsfile needs and little more: whoever needs another
 * directive, step or argument adds it here, from the plugin's own description.
 *
 * A rule: `forms` are the ways to write the arguments (types by position, types by name, names that must be there), `body`
 * the rules of its block, `must` what the block has to hold, `often` what it may hold more than once. With `condition` the
 * block is an expression; it is judged before anything runs, so it sees the agent's environment, and nothing of the section.
 */
class Grammar {
    private static final text = Types.&text
    private static final literal = Types.&literal
    private static final flag = Types.&flag
    private static final schedule = Types.&schedule

    private static Map named(Map types, String... needs) { [named: types, needs: needs as List] }

    private static Map positional(Object... types) { [positional: types as List] }

    private static Map takes(Map... forms) { [forms: forms as List] }

    private static Map block(Map more = [:], Map body) { takes([:]) + [body: body, must: [], often: []] + more }

    private static final bindings = [
        usernamePassword: takes(named('credentialsId', 'usernameVariable', 'passwordVariable',
            credentialsId: literal, usernameVariable: literal, passwordVariable: literal)),
        file: takes(named('credentialsId', 'variable', credentialsId: literal, variable: literal)),
        string: takes(named('credentialsId', 'variable', credentialsId: literal, variable: literal)),
    ]

    private static final steps = [
        sh: takes(positional(literal), named('script', script: literal, label: text)),
        junit: takes(positional(literal), named('testResults', testResults: literal, allowEmptyResults: flag)),
        archiveArtifacts: takes(positional(literal), named('artifacts', artifacts: literal, allowEmptyArchive: flag)),
        withCredentials: takes(positional(Types.calls(bindings))),
    ]
    static {
        steps.withCredentials += [body: steps, must: [], often: steps.keySet()]
    }
    private static final severalSteps = block(steps, often: steps.keySet())

    private static final when = block([expression: takes([:]) + [condition: true]], must: ['expression'], often: ['expression'])

    private static final logRotator = takes(named(
        numToKeepStr: literal, daysToKeepStr: literal, artifactNumToKeepStr: literal, artifactDaysToKeepStr: literal))

    private static final directives = [
        agent: takes(positional(Types.&anyAgent), [:]) + block(label: takes(positional(literal))).subMap('body', 'must', 'often'),
        triggers: block(
            githubPush: takes([:]),
            pollSCM: takes(positional(schedule)),
            cron: takes(positional(schedule)),
        ),
        options: block(
            // Its abortPrevious is left out on purpose: it would end a run in the middle of an upgrade.
            disableConcurrentBuilds: takes([:]),
            timeout: takes(named('time', time: Types.&number, unit: Types.unit())),
            timestamps: takes([:]),
            ansiColor: takes(positional(literal)),
            buildDiscarder: takes(positional(Types.call(logRotator: logRotator))),
        ),
        environment: block([:]) + [variables: true],
        stages: block([stage: takes(positional(literal)) + block([when: when, steps: severalSteps], must: ['steps']).subMap('body', 'must', 'often')],
            must: ['stage'], often: ['stage']),
        post: block(['always', 'success', 'unstable', 'failure', 'aborted', 'cleanup'].collectEntries { [it, severalSteps] }),
    ]

    static final file = [pipeline: block([*: directives], must: ['agent', 'stages'])]
}
