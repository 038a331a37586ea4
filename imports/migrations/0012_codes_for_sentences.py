import re

from django.db import migrations, models

# The code of a message that is a text already.
AS_TOLD = 'as_told'

# What events noted as text, and the code that they note now.
NOTES = {
    'account paused': 'account_paused',
    'account resumed': 'account_resumed',
    'mapping reopened': 'mapping_reopened',
    'read again': 'read_again',
    'to be repeated': 'to_be_repeated',
    'a repeat could do harm': 'repeat_could_do_harm',
    'given up': 'given_up',
    'the sender died': 'sender_died',
    'answered late': 'answered_late',
    'no calls left': 'no_calls_left',
    'no slot left': 'no_slot_left',
    'the storage does not answer': 'storage_away',
}
SAME_NOTES = ('', 'paused', 'resumed', 'stopped')
ACCEPTED_LATE = re.compile(r'a call answered late was accepted as import (\S+)')
ROWS_AT_ONCE = 500


def as_told(sentence, remedy=''):
    """A message of a text that is there already; of nothing, where there is none."""
    if not sentence and not remedy:
        return {}
    params = {'sentence': sentence, 'remedy': remedy} if remedy else {'sentence': sentence}
    return {'code': AS_TOLD, 'params': params}


def told(message, catalogue):
    """The text of a message: (sentence, remedy)."""
    from imports.messages import Message

    said = Message.from_json(message)
    return (catalogue.sentence(said), catalogue.remedy(said)) if said else ('', '')


def each(model, *fields):
    """The rows of a table, a few columns of them, and how to write them back; never more than some at a time."""
    keys = list(model.objects.order_by('pk').values_list('pk', flat=True))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        for row in model.objects.filter(pk__in=keys[start:start + ROWS_AT_ONCE]).only(*fields):
            yield row, lambda row=row, **changes: model.objects.filter(pk=row.pk).update(**changes)


def drift_forwards(change):
    change = dict(change)
    change['reason'] = as_told(change.pop('sentence', ''), change.pop('remedy', ''))
    return change


def drift_backwards(change, catalogue):
    change = dict(change)
    change['sentence'], change['remedy'] = told(change.pop('reason'), catalogue)
    return change


def problem_forwards(problem):
    problem = dict(problem)
    problem['details'] = {AS_TOLD: problem.pop('text', '')}
    return problem


def problem_backwards(problem, text_of):
    problem = dict(problem)
    problem['text'] = text_of(problem['code'], problem.pop('details'))
    return problem


def trial_forwards(summary):
    if 'sentence' not in summary:
        return summary
    rest = {name: value for name, value in summary.items() if name not in ('sentence', 'remedy')}
    return {**rest, 'failure': as_told(summary['sentence'], summary.get('remedy', ''))}


def trial_backwards(summary, catalogue):
    if 'failure' not in summary:
        return summary
    rest = {name: value for name, value in summary.items() if name != 'failure'}
    sentence, remedy = told(summary['failure'], catalogue)
    return {**rest, 'sentence': sentence, 'remedy': remedy}


def forwards(apps, schema_editor):
    def model(name):
        return apps.get_model('imports', name)

    for account, write in each(model('DotdigitalAccount'), 'blocked_text'):
        if account.blocked_text:
            write(blocked_reason=as_told(account.blocked_text))
    for known, write in each(model('AccountCatalogue'), 'unread_text'):
        if known.unread_text:
            write(unread_reason=as_told(known.unread_text))
    for batch, write in each(model('ImportBatch'), 'reason_text'):
        if batch.reason_text:
            write(reason=as_told(batch.reason_text))
    for trial, write in each(model('MappingTrial'), 'summary'):
        if 'sentence' in trial.summary:
            write(summary=trial_forwards(trial.summary))
    for job, write in each(
        model('UploadJob'), 'failure_sentence', 'failure_remedy', 'reading', 'drift', 'suggestions'
    ):
        changes = {}
        if job.failure_sentence or job.failure_remedy:
            changes['failure'] = as_told(job.failure_sentence, job.failure_remedy)
        if job.drift:
            changes['drift'] = [drift_forwards(change) for change in job.drift]
        if job.suggestions:
            changes['suggestions'] = [
                {**one, 'reason': {'code': 'remembered'} if one.get('reason') == 'remembered'
                 else as_told(one.get('reason', ''))}
                for one in job.suggestions
            ]
        if job.reading.get('problems'):
            problems = [problem_forwards(problem) for problem in job.reading['problems']]
            changes['reading'] = {**job.reading, 'problems': problems}
        if changes:
            write(**changes)
    events = model('JobEvent')
    for text, code in [*NOTES.items(), *zip(SAME_NOTES, SAME_NOTES)]:
        if text:
            events.objects.filter(note_text=text).update(note=code)
    others = events.objects.exclude(note_text__in=[*SAME_NOTES, *NOTES])
    for pk, note in others.values_list('pk', 'note_text').iterator(ROWS_AT_ONCE):
        late = ACCEPTED_LATE.fullmatch(note)
        changes = (
            {'note': 'accepted_late', 'details': {'import_id': late[1]}}
            if late
            else {'note': 'code', 'details': {'code': note}}
        )
        events.objects.filter(pk=pk).update(**changes)


def backwards(apps, schema_editor):
    # The way back alone needs the words that the installed version has for its codes.
    from imports.contacts.suggestions.drift import CATALOGUE as DRIFT
    from imports.contacts.suggestions.suggestion_reasons import CATALOGUE as SUGGESTED
    from imports.files.file_problems import problem_text
    from imports.reasons import CATALOGUE, note_words

    def model(name):
        return apps.get_model('imports', name)

    for account, write in each(model('DotdigitalAccount'), 'blocked_reason'):
        if account.blocked_reason:
            write(blocked_text=' '.join(filter(None, told(account.blocked_reason, CATALOGUE)))[:300])
    for known, write in each(model('AccountCatalogue'), 'unread_reason'):
        if known.unread_reason:
            write(unread_text=told(known.unread_reason, CATALOGUE)[0][:300])
    for batch, write in each(model('ImportBatch'), 'reason'):
        if batch.reason:
            write(reason_text=told(batch.reason, CATALOGUE)[0])
    for trial, write in each(model('MappingTrial'), 'summary'):
        if 'failure' in trial.summary:
            write(summary=trial_backwards(trial.summary, CATALOGUE))
    for job, write in each(model('UploadJob'), 'failure', 'reading', 'drift', 'suggestions'):
        changes = {}
        if job.failure:
            changes['failure_sentence'], changes['failure_remedy'] = told(job.failure, CATALOGUE)
        if job.drift:
            changes['drift'] = [drift_backwards(change, DRIFT) for change in job.drift]
        if job.suggestions:
            changes['suggestions'] = [
                {**one, 'reason': 'remembered' if one['reason'].get('code') == 'remembered'
                 else told(one['reason'], SUGGESTED)[0]}
                for one in job.suggestions
            ]
        if job.reading.get('problems'):
            problems = [problem_backwards(problem, problem_text) for problem in job.reading['problems']]
            changes['reading'] = {**job.reading, 'problems': problems}
        if changes:
            write(**changes)
    events = model('JobEvent')
    for text, code in NOTES.items():
        events.objects.filter(note=code).update(note_text=text)
    for note in SAME_NOTES:
        events.objects.filter(note=note).update(note_text=note)
    others = events.objects.exclude(note__in=[*SAME_NOTES, *NOTES.values()])
    for pk, note, details in others.values_list('pk', 'note', 'details').iterator(ROWS_AT_ONCE):
        events.objects.filter(pk=pk).update(note_text=note_words(note, details)[:300])


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0011_field_words'),
    ]

    operations = [
        migrations.AlterField('callbudget', 'call', models.CharField(choices=[('import', 'Sending an import'), ('status', 'Polling an import')], max_length=6)),
        migrations.RenameField('dotdigitalaccount', 'blocked_reason', 'blocked_text'),
        migrations.RenameField('accountcatalogue', 'unread_reason', 'unread_text'),
        migrations.RenameField('importbatch', 'reason', 'reason_text'),
        migrations.RenameField('jobevent', 'note', 'note_text'),
        migrations.AddField('dotdigitalaccount', 'blocked_reason', models.JSONField(blank=True, default=dict, editable=False)),
        migrations.AddField('accountcatalogue', 'unread_reason', models.JSONField(blank=True, default=dict)),
        migrations.AddField('importbatch', 'reason', models.JSONField(blank=True, default=dict, help_text='Why it ended as it did: a message.')),
        migrations.AddField('uploadjob', 'failure', models.JSONField(blank=True, default=dict, help_text='Why it has failed: a message.')),
        migrations.AddField('jobevent', 'note', models.CharField(blank=True, default='', max_length=100, help_text='A code of imports.reasons.EVENTS.'), preserve_default=False),
        migrations.AddField('jobevent', 'details', models.JSONField(blank=True, default=dict, help_text='What the words of the note name.')),
        migrations.RunPython(forwards, backwards),
        migrations.RemoveField('dotdigitalaccount', 'blocked_text'),
        migrations.RemoveField('accountcatalogue', 'unread_text'),
        migrations.RemoveField('importbatch', 'reason_text'),
        migrations.RemoveField('jobevent', 'note_text'),
        migrations.RemoveField('uploadjob', 'failure_sentence'),
        migrations.RemoveField('uploadjob', 'failure_remedy'),
    ]
