@description('Region.')
param location string

@description('Tags of all resources.')
param tags object

@description('Part of names that have to be unique.')
@minLength(8)
param token string

@description('Application Insights.')
param insightsId string

@description('Who is told; empty tells nobody.')
param alertMail string

@description('Money per month above which the mail is sent.')
param monthlyBudget int

@description('First day of the budget.')
param budgetStart string

var tell = !empty(alertMail)

// Failures that are not the photo's fault, and photos that wait: the two things that a user notices.
var rules = [
  {
    name: 'failures'
    description: 'Jobs fail for reasons that are not the photo\'s.'
    severity: 1
    query: 'customMetrics | where name == "selfie3d.jobs.ended" and tostring(customDimensions.code) == "internal-error" | summarize value = sum(valueSum) by bin(timestamp, 5m)'
    threshold: 3
  }
  {
    name: 'queue-age'
    description: 'Photos wait for more than a minute.'
    severity: 2
    query: 'customMetrics | where name == "selfie3d.queue.age" | summarize value = max(valueMax) by bin(timestamp, 5m)'
    threshold: 60
  }
  {
    name: 'exceptions'
    description: 'The Functions app throws.'
    severity: 2
    query: 'exceptions | summarize value = todouble(count()) by bin(timestamp, 5m)'
    threshold: 20
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (tell) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'selfie3d'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: alertMail
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = [
  for rule in rules: {
    name: '${rule.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: 'Selfie3D: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [insightsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT10M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Maximum'
            metricMeasureColumn: 'value'
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: tell ? [people.id] : [] }
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = if (tell) {
  name: 'budget-${token}'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      half: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 50
        contactEmails: [alertMail]
      }
      all: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [alertMail]
      }
    }
  }
}
